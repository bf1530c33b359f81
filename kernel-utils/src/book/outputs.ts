/** The outputs of a notebook as its file holds them, read leniently: any runner may have written them. */
import { CourseError, messageOf } from "../errors";

export type Bundle = Record<string, unknown>;

export type Output =
  | { kind: "stream"; name: "stdout" | "stderr"; text: string }
  | { kind: "data"; data: Bundle; metadata: Bundle }
  | { kind: "error"; name: string; message: string; traceback: string };

export interface NotebookOutputs {
  /** By cell id; a cell that was not run, or showed nothing, is missing. */
  outputs: Map<string, Output[]>;
  /** Files pasted into prose, by cell id. */
  attachments: Map<string, Record<string, Bundle>>;
  /** Cells whose source the notebook folds away. */
  folded: ReadonlySet<string>;
  alignment: Bundle;
}

const isObject = (value: unknown): value is Bundle =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const objectOf = (value: unknown): Bundle => (isObject(value) ? value : {});
const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** Text that a notebook may hold as one string or as a list of lines. */
export const textOf = (value: unknown): string => {
  if (Array.isArray(value)) return value.map(String).join("");
  return typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value);
};

/** @throws CourseError `bad-file` when the text is no JSON object */
export function readOutputs(text: string, path: string): NotebookOutputs {
  const cells = listOf(parse(text, path).cells).filter(isObject);
  const entries = cells.flatMap((cell): [string, Output[]][] => {
    const outputs = listOf(cell.outputs).filter(isObject).flatMap(readOutput);
    return outputs.length > 0 ? [[String(cell.id), mergeStreams(outputs)]] : [];
  });
  const attachments = cells.flatMap((cell): [string, Record<string, Bundle>][] =>
    isObject(cell.attachments)
      ? [[String(cell.id), Object.fromEntries(Object.entries(cell.attachments).map(([k, v]) => [k, objectOf(v)]))]]
      : [],
  );
  const folded = cells.filter((cell) => objectOf(objectOf(cell.metadata).jupyter).source_hidden === true);
  const alignment = objectOf(objectOf(parse(text, path).metadata).alignment);
  return {
    outputs: new Map(entries),
    attachments: new Map(attachments),
    folded: new Set(folded.map(({ id }) => String(id))),
    alignment,
  };
}

function parse(text: string, path: string): Bundle {
  try {
    return objectOf(JSON.parse(text));
  } catch (cause) {
    throw new CourseError("bad-file", `${path}: malformed JSON: ${messageOf(cause)}; execute the notebook again`, {
      cause,
    });
  }
}

function readOutput(output: Bundle): Output[] {
  switch (output.output_type) {
    case "stream":
      return [{ kind: "stream", name: output.name === "stderr" ? "stderr" : "stdout", text: textOf(output.text) }];
    case "display_data":
    case "execute_result":
      return [{ kind: "data", data: objectOf(output.data), metadata: objectOf(output.metadata) }];
    case "error": {
      const traceback = listOf(output.traceback).map(String).join("\n");
      return [{ kind: "error", name: textOf(output.ename), message: textOf(output.evalue), traceback }];
    }
    default:
      return [];
  }
}

/** Kernels cut a stream wherever a message ended; a reader wants one piece. */
function mergeStreams(outputs: Output[]): Output[] {
  const merged: Output[] = [];
  for (const output of outputs) {
    const last = merged.at(-1);
    if (last?.kind === "stream" && output.kind === "stream" && last.name === output.name) {
      merged[merged.length - 1] = { ...last, text: last.text + output.text };
    } else merged.push(output);
  }
  return merged;
}
