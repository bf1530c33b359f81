/**
 * What the probe inside the kernel process tells the runner (one JSON object a line on file descriptor 3) and what the
 * runner asks it (one JSON object a line on file descriptor 4). Types only: both sides import them.
 */

/** The cell a report belongs to, as the runner named it in the metadata of its execute request; null: none is known. */
export type CellName = string | null;

/** Something that went wrong in code a cell started, also when it surfaced long after the cell had ended. */
export interface ErrorReport {
  event: "error";
  cell: CellName;
  /** `thrown`: ended the cell; `rejection`: a promise nobody awaited; `uncaught`: out of a timer or another callback. */
  origin: "thrown" | "rejection" | "uncaught";
  /** The error's class, for example RangeError. */
  name: string;
  /** The error's own code where it has one, for example ERR_INVALID_ARG_TYPE. */
  code?: string;
  message: string;
  /** Without the frames of Node and of the kernel; frames of cells read `[cell]:line:column` of the cell's source. */
  stack: string;
}

/** The compiler refused a cell. */
export interface DiagnosticsReport {
  event: "diagnostics";
  cell: CellName;
  items: { code: number; message: string; line: number; column: number; file?: string }[];
}

/** The process is about to end by itself. */
export interface ExitReport {
  event: "exit";
  cell: CellName;
  code: number;
  /** Whether code called process.exit, and then from where. */
  called: boolean;
  stack: string;
}

/** Everything that happened before the question has been reported; what may still happen is counted. */
export interface QuietReport {
  event: "quiet";
  question: number;
  /** Milliseconds until the last one-shot timer started by a cell is due; null: none is pending. */
  timersDueIn: number | null;
  /** Repeating timers and open file or network requests. */
  otherPending: number;
}

export interface HelloReport {
  event: "hello";
  /** Version of the kernel package whose executor is watched. */
  kernel: string;
}

export type ProbeReport = ErrorReport | DiagnosticsReport | ExitReport | QuietReport | HelloReport;

export interface ProbeQuestion {
  ask: "quiet";
  question: number;
}

export const reportDescriptor = 3;
export const questionDescriptor = 4;
/**
 * Set for the kernel process alone, so that neither its workers nor processes that cells start are probed; holds the
 * NODE_OPTIONS of the user, which the probe puts back.
 */
export const probeSwitch = "ALIGN_KERNEL_PROBE";
