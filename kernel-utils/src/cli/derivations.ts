/** The derivations of notebooks, from running what they need and nothing else: what `align check --mutate` and the book read. */
import path from "node:path";
import { type ChapterLines, chapterLines } from "../book/reference/lines";
import { allDerivations, type Derivation } from "../derivation";
import { derivationCells } from "../notebook/source/derivationCells";
import { readNotebook } from "../notebook/source/format";
import { runCells } from "../notebook/source/runCells";
import { useBackend } from "../tensor";

/** What the cells import: this very library, so that their derivations are begun in our registry. */
const load = (name: string): unknown => (name === "kernel-utils" ? require("../index") : require(name));

/** Runs the cells that a notebook's derivations need. @throws CourseError naming the cell that fails */
export async function derivationsOf(file: string): Promise<Derivation[]> {
  const cells = derivationCells(readNotebook(file));
  const before = new Set(allDerivations());
  await useBackend("auto");
  await runCells(cells, { path: file, load });
  return allDerivations().filter((begun) => !before.has(begun));
}

/**
 * Every line of the notebooks with what its check has found.
 * @param mutate also count the classic mistakes each check refuses; about half a minute for the course
 */
export async function readLines(files: readonly string[], { mutate = false } = {}): Promise<ChapterLines[]> {
  const read: ChapterLines[] = [];
  for (const file of files) {
    const derivations = await derivationsOf(file);
    const announced = readNotebook(file).cells.flatMap(({ directive }): [string, string][] =>
      directive?.name === "derive" ? [[directive.line, directive.from]] : [],
    );
    read.push(chapterLines(path.basename(file, ".ipynb"), derivations, new Map(announced), mutate));
  }
  return read;
}
