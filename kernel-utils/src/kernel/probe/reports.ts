/**
 * What the probe inside the kernel process tells the runner (one JSON object a line on file descriptor 3) and what the
 * runner asks it (one JSON object a line on file descriptor 4). Types only: both sides import them.
 */
import type { DiagnosticsReport, ErrorReport, ExitReport, Pending } from "../cells/reports";

/** Everything that happened before the question has been reported; what may still happen is counted. */
export interface QuietReport extends Pending {
  event: "quiet";
  question: number;
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
