/** What a cell threw, told in the lines that the learner wrote. */
import type { Mapping } from "../../../kernel-utils/src/notebook/source/jest/sourceMap";
import type { CellError } from "../protocol";
import { linesBefore } from "./cellScope";

/** Code that ran, by the address that stack traces give it. */
export interface RanCell {
  cell: string;
  mappings: Mapping[];
}

export const cellUrl = (cell: string, number: number): string => `align-cell:///${cell}/${number}`;

export function describeError(thrown: unknown, ran: ReadonlyMap<string, RanCell>): CellError {
  const { name, message, code, stack } = shapeOf(thrown);
  const calls = [...stack.matchAll(/(align-cell:\/\/\/[\w-]+\/\d+):(\d+):(\d+)/g)].flatMap(([, url, line, column]) => {
    const found = ran.get(url);
    const place = found && originalPlace(found.mappings, Number(line) - 1 - linesBefore, Number(column) - 1);
    return found && place ? [{ cell: found.cell, ...place }] : [];
  });
  const trace = calls.map(({ cell, line, column }) => `[${cell}, line ${line}:${column}]`);
  return { name, message, code, line: calls[0]?.line, column: calls[0]?.column, trace };
}

function shapeOf(thrown: unknown): { name: string; message: string; code?: string; stack: string } {
  if (typeof thrown !== "object" || thrown === null || !("message" in thrown)) {
    return { name: "thrown", message: String(thrown), stack: "" };
  }
  const { name, message, code, stack } = thrown as Partial<Record<"name" | "message" | "code" | "stack", unknown>>;
  return {
    name: String(name ?? "Error"),
    message: String(message),
    code: code === undefined ? undefined : String(code),
    stack: typeof stack === "string" ? stack : "",
  };
}

/** The last mapping at or before a place of the generated code; line and column of the cell, from 1. */
export function originalPlace(
  mappings: Mapping[],
  line: number,
  column: number,
): { line: number; column: number } | undefined {
  const found = mappings.filter((one) => one.line === line && one.column <= column).at(-1);
  return found && { line: found.sourceLine + 1, column: found.sourceColumn + 1 };
}
