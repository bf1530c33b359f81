/** What the reading site holds beside its chapters: reference pages, guides, and the files that they and figures need. */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { type Chapter, type ExtraPage, guide, jupyterPage, outsideCode, type SiteFile } from "../book";
import type { BookOptions, ChapterSource } from "../book/build";
import {
  type Bibliography,
  bibliographyFile,
  bibliographyPage,
  type CitingText,
  parseBibliography,
  withCitations,
} from "../book/reference/bibliography";
import { glossary, glossaryPage, markTerms } from "../book/reference/glossary";
import { type ChapterLines, linesPage } from "../book/reference/lines";
import { objectivesPages } from "../book/reference/objectives/pages";
import { CourseError } from "../errors";
import { exerciseSpecs } from "../exercise";
import { readLines } from "./derivations";

type Pages = Pick<BookOptions, "chapterOptions" | "groups" | "citations" | "files">;

/** @throws CourseError where a derivation, the bibliography or an objective's page is wrong */
export async function bookPages(
  root: string,
  notebooks: readonly string[],
  sources: readonly ChapterSource[],
): Promise<Pages> {
  const bibliography = parseBibliography(readFileSync(path.join(root, bibliographyFile), "utf8"), bibliographyFile);
  const lines = await readLines(notebooks);
  const docs = documents(root);
  const hints = new Map(exerciseSpecs.map((spec) => [spec.id, spec.hints]));
  const terms = glossary();
  const cite = (text: string): string => outsideCode(text, (part) => withCitations(part, bibliography));
  bundleCalculator(root);
  return {
    chapterOptions() {
      const seen = new Set<string>();
      const mark = (text: string): string => markTerms(cite(text), terms, seen);
      return { hintsOf: (exercise) => hints.get(exercise) ?? [], cite, mark };
    },
    groups: (chapters) => [
      { text: "Reference", pages: reference(root, sources, chapters, bibliography, lines) },
      { text: "Guides", pages: [jupyterPage(chapters), ...docs.pages] },
    ],
    citations: bibliography.map(({ id }) => id),
    files: [...docs.files, { path: "public/plotly.min.js", content: plotly() }],
  };
}

function reference(
  root: string,
  sources: readonly ChapterSource[],
  chapters: readonly Chapter[],
  bibliography: Bibliography,
  lines: readonly ChapterLines[],
): ExtraPage[] {
  const folder = path.join(root, "kernel-utils", "src", "objectives");
  const names = readdirSync(folder).filter((name) => name.endsWith(".ts"));
  const text = (name: string): string => readFileSync(path.join(folder, name), "utf8");
  const files = Object.fromEntries(names.map((name) => [name.slice(0, -3), text(name)]));
  const parityFile = path.join(root, "tests", "parity", "RESULTS.md");
  const parity = existsSync(parityFile) ? readFileSync(parityFile, "utf8") : "";
  return [
    ...objectivesPages({ files, parity, bibliography, chapters }),
    linesPage(lines, { chapters, bibliography }),
    glossaryPage(glossary(), chapters),
    bibliographyPage(bibliography, citingTexts(sources, lines, files), chapters),
  ];
}

/** Every text of the course that names its sources. */
function citingTexts(
  sources: readonly ChapterSource[],
  lines: readonly ChapterLines[],
  objectives: Readonly<Record<string, string>>,
): CitingText[] {
  const prose = sources.map(({ name, notebook }): CitingText => {
    const cells = notebook.cells.filter(({ kind }) => kind === "markdown");
    return { kind: "chapter", name, text: cells.map(({ source }) => source).join("\n\n") };
  });
  const cited = sources.flatMap(({ name: chapter, notebook }) =>
    [
      ...notebook.cells
        .map(({ source }) => source)
        .join("\n")
        .matchAll(/\\tag\{([\w.-]+),\s*(cited:[^}]*)\}/g),
    ].map(([, name, text]): CitingText => ({ kind: "equation", name, chapter, text })),
  );
  const checked = lines.flatMap(({ chapter, derivations }) =>
    derivations.flatMap((derivation) =>
      derivation.lines.map(
        ({ id, source = "" }): CitingText => ({ kind: "equation", name: id, chapter, text: source }),
      ),
    ),
  );
  const headers = Object.entries(objectives).map(([name, text]): CitingText => {
    return { kind: "source", name: `kernel-utils/src/objectives/${name}.ts`, text };
  });
  return [...prose, ...cited, ...checked, ...headers];
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
