/** To which sources the outputs of a notebook belong: hashes that the refresh writes and everybody can check. */
import { createHash } from "node:crypto";
import { type CellJson, type NotebookJson, readNotebookJson, wholeText } from "./notebookJson";

/** `metadata.alignment.outputs` of a notebook that keeps outputs. */
export interface OutputsRecord {
  /** Of the code cells' ids and sources in order, and of the kernel they ran on. */
  sources: string;
  /** Of the outputs as the refresh left them. */
  outputs: string;
  /** Of each code cell's source, by its id: names the cell that has changed. */
  cells: Record<string, string>;
  /** Version of kernel-utils that made them. */
  tool: string;
  /** What computed: `wasm …`. */
  backend: string;
  /** Major version of Node: another engine's Math may differ in the last digit. */
  node: string;
}

const sha256 = (value: unknown): string => createHash("sha256").update(JSON.stringify(value)).digest("hex");

const codeCells = ({ cells }: NotebookJson): CellJson[] => cells.filter(({ cell_type }) => cell_type === "code");

const cellHash = (cell: CellJson): string => sha256(wholeText(cell.source)).slice(0, 8);

/** What of a record follows from the notebook itself. */
export function contentHashes(notebook: NotebookJson): Pick<OutputsRecord, "sources" | "outputs" | "cells"> {
  const code = codeCells(notebook);
  const { name, language } = (notebook.metadata.kernelspec ?? {}) as Record<string, unknown>;
  const sources = [{ name, language }, ...code.map((cell) => [cell.id, wholeText(cell.source)])];
  return {
    sources: `sha256:${sha256(sources)}`,
    outputs: `sha256:${sha256(code.map((cell) => [cell.id, (cell.outputs ?? []).map(ordered)]))}`,
    cells: Object.fromEntries(code.map((cell) => [cell.id, cellHash(cell)])),
  };
}

/** With keys sorted and texts whole, so that the hash does not hang on how an editor lays the file out. */
function ordered(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.length > 0 && value.every((item) => typeof item === "string") ? value.join("") : value.map(ordered);
  }
  if (value === null || typeof value !== "object") return value;
  const sorted = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([key, item]) => [key, ordered(item)]);
}

export function recordOf(notebook: NotebookJson): OutputsRecord | undefined {
  const alignment = notebook.metadata.alignment as { outputs?: OutputsRecord } | undefined;
  return alignment?.outputs;
}

/** Does any cell keep outputs, or the notebook a word about them? */
export const hasOutputs = (notebook: NotebookJson): boolean =>
  recordOf(notebook) !== undefined || codeCells(notebook).some(({ outputs = [] }) => outputs.length > 0);

export interface Staleness {
  /** The first cell that is not as it was; undefined where order, kernel or outputs are. */
  cell?: string;
  reason: string;
}

/** Why the outputs do not belong to the sources; undefined where they do, or where there are neither outputs nor record. */
export function staleness(notebook: NotebookJson): Staleness | undefined {
  if (!hasOutputs(notebook)) return undefined;
  const record = recordOf(notebook);
  if (record === undefined) return { reason: "its outputs do not say which sources they belong to" };
  const now = contentHashes(notebook);
  if (record.sources !== now.sources) return changedSince(record, now);
  if (record.outputs !== now.outputs) return { reason: "its outputs were changed after they were made" };
  return undefined;
}

function changedSince({ cells = {} }: OutputsRecord, now: Pick<OutputsRecord, "cells">): Staleness {
  for (const [id, hash] of Object.entries(now.cells)) {
    if (cells[id] === undefined) return { cell: id, reason: "this cell is new since the outputs were made" };
    if (cells[id] !== hash) return { cell: id, reason: "this cell has changed since the outputs were made" };
  }
  const gone = Object.keys(cells).find((id) => !(id in now.cells));
  if (gone !== undefined) return { reason: `the cell [${gone}] is gone since the outputs were made` };
  return { reason: "the order of its cells, or its kernel, has changed since the outputs were made" };
}

/**
 * Are there outputs, and do they belong to the sources beside them? What the reading site shows without executing.
 *
 * @param notebook the JSON of the file, or a notebook that was read, which knows its text
 */
export function outputsAreFresh(notebook: NotebookJson | { text: string }): boolean {
  const json = "text" in notebook ? readNotebookJson(notebook.text) : notebook;
  return recordOf(json) !== undefined && staleness(json) === undefined;
}
