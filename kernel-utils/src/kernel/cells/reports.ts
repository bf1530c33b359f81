/** What a kernel says of a cell that went wrong; travels in the metadata of Jupyter messages, or through tslab's probe. */

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
  items: DiagnosticItem[];
}

/** Line and column from 1; `file` for a mistake in a file the cell imports. */
export interface DiagnosticItem {
  code: number;
  message: string;
  line: number;
  column: number;
  /** Characters to underline. */
  length?: number;
  file?: string;
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

/** What may still happen after the cells have ended. */
export interface Pending {
  /** Milliseconds until the last one-shot timer started by a cell is due; null: none is pending. */
  timersDueIn: number | null;
  /** Repeating timers and open file or network requests. */
  otherPending: number;
}
