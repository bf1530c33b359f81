/** What the reading site holds beside its chapters: reference pages, guides, and the files that they and figures need. */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { type ExtraPage, guide, jupyterPage, liveFiles, outsideCode, type SiteFile } from "../book";
import type { BookOptions } from "../book/build";
import { glossary, markTerms, referenceGroups, referenceSources } from "../book/reference";
import { withCitations } from "../book/reference/bibliography";
import { CourseError } from "../errors";
import { exerciseSpecs } from "../exercise";
import { readLines } from "./derivations";

type Pages = Pick<BookOptions, "chapterOptions" | "groups" | "citations" | "files">;

/**
 * @param isDraft leave out what takes long: how many mistakes each line refuses
 * @throws CourseError where a derivation, the bibliography or an objective's page is wrong
 */
export async function bookPages(root: string, notebooks: readonly string[], isDraft: boolean): Promise<Pages> {
  const sources = referenceSources(root);
  const { bibliography } = sources;
  const lines = await readLines(notebooks, { mutate: !isDraft });
  const docs = documents(root);
  const hints = new Map(exerciseSpecs.map((spec) => [spec.id, spec.hints]));
  const terms = glossary();
  const cite = (text: string): string => outsideCode(text, (part) => withCitations(part, bibliography));
  bundleCalculator(root);
  const live = await liveFiles(root, path.join(root, ".cache", "book", "live"));
  return {
    chapterOptions() {
      const seen = new Set<string>();
      const mark = (text: string): string => markTerms(cite(text), terms, seen);
      return { hintsOf: (exercise) => hints.get(exercise) ?? [], cite, mark };
    },
    groups: (chapters) => [
      ...referenceGroups(sources, chapters, lines),
      { text: "Guides", pages: [jupyterPage(chapters), ...docs.pages] },
    ],
    citations: bibliography.map(({ id }) => id),
    files: [...docs.files, { path: "public/plotly.min.js", content: plotly() }, ...live],
  };
}

/** The project's own documents as pages, and the pictures they show. */
function documents(root: string): { pages: ExtraPage[]; files: SiteFile[] } {
  const folder = path.join(root, "docs");
  if (!existsSync(folder)) return { pages: [], files: [] };
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => name.replaceAll("\\", "/"));
  const places = new Set(names.filter((name) => name.endsWith(".md")).map((name) => `docs/${name}`));
  const read = (name: string) => readFileSync(path.join(folder, name));
  const pages = [...places].sort().map((file) => guide(file, read(file.slice(5)).toString("utf8"), places));
  const pictures = names.filter((name) => /\.(svg|png)$/.test(name));
  return { pages, files: pictures.map((name) => ({ path: `docs/${name}`, content: read(name) })) };
}

const plotly = (): Buffer => readFileSync(path.join(__dirname, "..", "..", "dist", "assets", "plotly.min.js"));

/** The oracle for the pages' calculators, which the theme imports. */
function bundleCalculator(root: string): void {
  const script = path.join(root, "scripts", "book", "calculatorBundle.cjs");
  const { status, stderr } = spawnSync(process.execPath, [script], { cwd: root, encoding: "utf8" });
  if (status === 0) return;
  const said = stderr.trim().split("\n").at(-1) ?? "";
  throw new CourseError("bad-file", `align book: the calculators could not be built: ${said}; run "npm run build"`);
}
