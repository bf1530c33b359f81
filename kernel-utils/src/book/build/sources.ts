/** Where the outputs of a chapter come from: the notebook itself, an executed copy, or nowhere, for a draft. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import path from "node:path";
import { CourseError } from "../../errors";
import { outputsAreFresh } from "../../notebook/committed";
import { type Notebook, parseNotebook } from "../../notebook/source";
import { failureLines, type RunListener, runNotebooks } from "../../runner";
import { writeAtomically } from "../../writeAtomically";
import { type NotebookOutputs, readOutputs } from "../outputs";

export interface ChapterSource {
  name: string;
  /** The notebook as committed. */
  text: string;
  notebook: Notebook;
  outputs: NotebookOutputs;
}

export interface SourceOptions {
  /** Folder of the executed copies, kept between builds. */
  cache: string;
  /** Execute even what is fresh. */
  execute: boolean;
  /** No outputs at all. */
  draft: boolean;
  listener?: RunListener;
  signal?: AbortSignal;
}

interface Read {
  file: string;
  name: string;
  text: string;
  notebook: Notebook;
}

function read(file: string): Read {
  const shown = path.relative(process.cwd(), file) || file;
  const text = readFileSync(file, "utf8");
  return { file, name: path.basename(file, ".ipynb"), text, notebook: parseNotebook(text, shown) };
}

/** What an executed copy depends on, as far as the notebook goes. */
const keyOf = ({ notebook }: Read): string =>
  createHash("sha256")
    .update(JSON.stringify(notebook.cells.map(({ id, kind, source }) => [id, kind, source])))
    .digest("hex");

/** @throws CourseError naming notebook and cell when one cannot be read, or fails while it is executed */
export async function chapterSources(files: readonly string[], options: SourceOptions): Promise<ChapterSource[]> {
  const all = files.map(read);
  const copyOf = ({ name }: Read): string => path.join(options.cache, `${name}.ipynb`);
  const keyFile = (one: Read): string => `${copyOf(one)}.key`;
  const isCommitted = (one: Read): boolean => !options.execute && outputsAreFresh(JSON.parse(one.text));
  const isCached = (one: Read): boolean =>
    !options.execute && existsSync(copyOf(one)) && textIfAny(keyFile(one)) === keyOf(one);
  const stale = options.draft ? [] : all.filter((one) => !isCommitted(one) && !isCached(one));
  // Without its key a copy counts for nothing: not one that a failing run leaves behind, either.
  await Promise.all(stale.map((one) => rm(keyFile(one), { force: true })));
  if (stale.length > 0) await execute(stale, options);
  await Promise.all(stale.map((one) => writeAtomically(keyFile(one), keyOf(one))));
  return all.map((one) => {
    const { name, text, notebook } = one;
    if (options.draft)
      return { name, text, notebook, outputs: { ...readOutputs(text, notebook.path), outputs: new Map() } };
    const copy = isCommitted(one) ? text : readFileSync(copyOf(one), "utf8");
    return { name, text, notebook, outputs: readOutputs(copy, notebook.path) };
  });
}

const textIfAny = (file: string): string | undefined => (existsSync(file) ? readFileSync(file, "utf8") : undefined);

async function execute(stale: readonly Read[], { cache, listener, signal }: SourceOptions): Promise<void> {
  const files = stale.map(({ file }) => file);
  const report = await runNotebooks(files, { out: cache, listener, signal, cellTimeoutSeconds: 600 });
  const broken = report.notebooks.find(({ status }) => status !== "passed");
  if (broken === undefined) return;
  if (broken.status === "interrupted") throw new CourseError("kernel", "align book: interrupted; nothing was written");
  const [line] = failureLines(broken);
  const said = line ?? `${broken.path}: ${broken.problem ?? broken.status}`;
  throw new CourseError("kernel", `align book: ${said}; mend the cell, or build with --draft`);
}
