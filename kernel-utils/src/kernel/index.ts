/** Jupyter kernels as processes: finding them, starting them, hearing what they would rather not say. */

export { cellFrame } from "./cells/cellFile";
export type { CellName, DiagnosticItem, DiagnosticsReport, ErrorReport, ExitReport, Pending } from "./cells/reports";
export { type Finding, inspectMachine } from "./inspectMachine";
export { installKernelSpec, kernelSpecFolder, type Place, uninstallKernelSpec } from "./install/kernelSpecFolder";
export { alignmentKernel } from "./launch/alignmentKernel";
export { type ConnectionFile, type ConnectionInfo, createConnectionFile } from "./launch/connection";
export { type KernelExit, KernelProcess, probeFile } from "./launch/kernelProcess";
export { defaultKernel, findKernel, type KernelSpec, registeredKernels, tslabKernel } from "./launch/kernelSpec";
export { createMessage, decode, encode, type Header, type Message } from "./message";
export type { ProbeReport, QuietReport } from "./probe/reports";
export type { RequestNote } from "./server/cell";
export type { Death } from "./server/executorProcess";
export { runKernel } from "./server/runKernel";
