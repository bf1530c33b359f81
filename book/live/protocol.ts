/** What the page and its two workers say to each other. */
import type { Mapping } from "../../kernel-utils/src/notebook/source/jest/sourceMap";

/** A cell as JavaScript, to be evaluated by the run worker. */
export interface CompiledCell {
  /** Variables that the cell declares and shares with the others. */
  names: string[];
  /** Statements, the declared functions first; the value of the last expression goes to the run time. */
  text: string;
  /** From lines and columns of `text` to those of the cell, all from 0. */
  mappings: Mapping[];
}

/** Something wrong with a cell, where a reader finds it; line and column from 1. */
export interface CellProblem {
  cell: string;
  line: number;
  column: number;
  code: string;
  message: string;
}

/** A cell as the site lists it in chapters/NAME.json, with the learner's text in `source`. */
export interface PageCell {
  id: string;
  kind: string;
  source: string;
  directive?: string;
}

export type MimeBundle = Record<string, unknown>;

/** Why a cell failed, in the cell's own lines (from 1). */
export interface CellError {
  name: string;
  message: string;
  code?: string;
  line?: number;
  column?: number;
  /** `[cell, line 3:7]` of each call in a cell, innermost first. */
  trace: string[];
}

export interface CheckOutcome {
  id: string;
  status: "passed" | "failed" | "not-attempted";
  message: string;
  mistake?: string;
  hint?: string;
}

/** Page to run worker. The first message is `start`; cells come one at a time. */
export type RunRequest =
  | { kind: "start"; assets: string }
  | { kind: "run"; cell: string; number: number; code: CompiledCell };

/** Run worker to page. `cell` is the id of the cell that is running, or ran last. */
export type RunReport =
  | { kind: "ready" }
  | { kind: "broken"; message: string }
  | { kind: "stream"; cell: string; name: "stdout" | "stderr"; text: string }
  | { kind: "display"; cell: string; data: MimeBundle; metadata: object; displayId?: string; update: boolean }
  | { kind: "clear"; cell: string; wait: boolean }
  | { kind: "result"; cell: string; data: MimeBundle }
  | { kind: "check"; cell: string; outcome: CheckOutcome }
  | { kind: "error"; cell: string; error: CellError }
  | { kind: "done"; cell: string; number: number; error?: CellError; milliseconds: number };

/** Page to compile worker. */
export type CompileRequest =
  | { kind: "compile"; ticket: number; cell: string; source: string }
  | { kind: "check"; ticket: number; assets: string; notebook: string; cells: PageCell[] };

/** Compile worker to page. */
export type CompileReport =
  | { kind: "compiled"; ticket: number; code: CompiledCell }
  | { kind: "problems"; ticket: number; problems: CellProblem[]; milliseconds: number }
  | { kind: "broken"; ticket: number; message: string };
