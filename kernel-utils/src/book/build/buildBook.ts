/** Builds the site: pages into a working folder, the generator over them, and the result in place of the old one at once. */
import { existsSync } from "node:fs";
import { cp, mkdir, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { CourseError } from "../../errors";
import { cellAt } from "../blocks";
import { type Chapter, type ChapterOptions, chapter, chapterData } from "../chapter";
import { chapterFile, chapterFiles, extraFile, type PageGroup, type SiteFile, siteFacts } from "../site";
import type { ChapterSource } from "./sources";
import { GeneratorError, runGenerator } from "./vitepress";

export interface BookOptions {
  /** Folder of the project. */
  root: string;
  out: string;
  base: string;
  chapterOptions(chapter: string): ChapterOptions;
  /** Pages beside the chapters, from them. */
  groups(chapters: readonly Chapter[]): readonly PageGroup[] | Promise<readonly PageGroup[]>;
  /** Works that equations cite and the bibliography lists. */
  citations: readonly string[];
  /** More files for the site's folder of pages. */
  files: readonly SiteFile[];
  signal?: AbortSignal;
}

export interface BookReport {
  pages: number;
  /** Bytes of all files, and of the scripts that only interactive figures load. */
  bytes: number;
  figureBytes: number;
}

export async function buildBook(sources: readonly ChapterSource[], options: BookOptions): Promise<BookReport> {
  const { root, out, base, signal } = options;
  const cache = path.join(root, ".cache", "book");
  const work = path.join(cache, `work-${process.pid}`);
  const made = `${path.resolve(out)}.${process.pid}.partial`;
  const chapters = sources.map(({ name, text, notebook, outputs }) =>
    chapter(name, text, notebook, outputs, options.chapterOptions(name)),
  );
  try {
    const pages = await writeSource(work, sources, chapters, options);
    const book = path.join(root, "book");
    await runGenerator({ book, source: work, out: made, cache, base, signal }).catch((error) => {
      throw error instanceof GeneratorError ? located(error, sources, chapters) : error;
    });
    await swap(made, path.resolve(out));
    const figures = path.join(path.resolve(out), "plotly.min.js");
    return {
      pages,
      bytes: await bytesOf(path.resolve(out)),
      figureBytes: existsSync(figures) ? (await stat(figures)).size : 0,
    };
  } finally {
    await rm(work, { recursive: true, force: true });
    await rm(made, { recursive: true, force: true });
  }
}

/** @returns how many pages there are */
async function writeSource(
  work: string,
  sources: readonly ChapterSource[],
  chapters: readonly Chapter[],
  { root, groups, citations, files }: BookOptions,
): Promise<number> {
  await rm(work, { recursive: true, force: true });
  const given = path.join(root, "book", "pages");
  await cp(given, work, { recursive: true });
  const others = await groups(chapters);
  const json = (value: unknown): string => `${JSON.stringify(value)}\n`;
  const all: SiteFile[] = [
    ...chapters.flatMap(chapterFiles),
    ...sources.flatMap(({ name, text, notebook }) => [
      { path: `public/chapters/${name}.json`, content: json(chapterData(notebook)) },
      { path: `public/chapters/${name}.ipynb`, content: text },
    ]),
    ...others.flatMap(({ pages }) => pages).map(extraFile),
    { path: "site.json", content: json(siteFacts(chapters, others, citations)) },
    ...files,
  ];
  // Plain writes: nobody reads this folder but the generator, and only after the last of them.
  for (const { path: place, content } of all) {
    const file = path.join(work, place);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
  }
  return (
    all.filter((file) => file.path.endsWith(".md")).length +
    (await readdir(given)).filter((name) => name.endsWith(".md")).length
  );
}

/** The generator's complaint in terms of notebook and cell. */
function located(error: GeneratorError, sources: readonly ChapterSource[], chapters: readonly Chapter[]): CourseError {
  const [first] = error.problems;
  if (first === undefined) return new CourseError("bad-file", `align book: ${error.message}`, { cause: error });
  const at = chapters.findIndex((one) => chapterFile(one) === first.page);
  const cell = at < 0 || first.line === undefined ? undefined : cellAt(chapters[at].page, first.line);
  const place = at < 0 ? first.page : `${sources[at].notebook.path}${cell === undefined ? "" : ` [${cell}]`}`;
  const more = error.problems.length > 1 ? ` (and ${error.problems.length - 1} more)` : "";
  return new CourseError("bad-notebook", `align book: ${place}: ${first.message}${more}; mend it there`, {
    cause: error,
  });
}

/** The new site in place of the old: two renames, so a server finds one or the other, and a crash loses neither. */
async function swap(made: string, out: string): Promise<void> {
  const old = `${out}.${process.pid}.old`;
  if (existsSync(out)) await rename(out, old);
  await rename(made, out);
  await rm(old, { recursive: true, force: true });
}

async function bytesOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const sizes = entries
    .filter((entry) => entry.isFile())
    .map(async (entry) => (await stat(path.join(entry.parentPath ?? entry.path, entry.name))).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
