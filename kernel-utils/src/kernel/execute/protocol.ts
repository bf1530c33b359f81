/** What the kernel's server and the process that runs the cells say to each other: one JSON object a line. */
import type { ErrorReport, ExitReport, Pending } from "../cells/reports";

/** Names one run of a cell: outputs and errors carry it however late they come. */
export type RunId = string;

export interface RunRequest {
  type: "run";
  run: RunId;
  /** How stack frames name the cell. */
  label: string;
  js: string;
  /** Source map from `js` to the cell. */
  map: string;
  mapLineOffset: number;
  allowStdin: boolean;
}

export type ToExecutor =
  | RunRequest
  /** `within` milliseconds: timers that are due later do not count. */
  | { type: "quiet"; question: number; within?: number }
  | { type: "interrupt" }
  | { type: "input"; value: string | null }
  | { type: "end" };

export type FromExecutor =
  | { type: "ready" }
  | { type: "stream"; run: RunId; name: "stdout" | "stderr"; text: string }
  | { type: "display"; run: RunId; data: object; metadata: object; displayId?: string; update?: boolean }
  | { type: "clear"; run: RunId; wait: boolean }
  | { type: "result"; run: RunId; data: object; metadata: object }
  | { type: "error"; run: RunId; report: Omit<ErrorReport, "cell"> }
  | { type: "input"; run: RunId; prompt: string; password: boolean }
  /** The cell has ended; `done` are the names it gave a value. */
  | { type: "done"; run: RunId; isOk: boolean; done: string[] }
  | ({ type: "quiet"; question: number } & Pending)
  | { type: "exit"; run: RunId; report: Omit<ExitReport, "cell"> };

/** Descriptors of the process that runs the cells. */
export const fromExecutorDescriptor = 3;
export const toExecutorDescriptor = 4;

/** Interrupting is no error of the cell's own; front ends show it by this name. */
export const interruptedName = "Interrupted";
export const interruptedMessage = "the cell was interrupted; work that it started in the background may go on";
