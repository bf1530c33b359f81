/** Jupyter kernels as processes: finding them, starting them, hearing what they would rather not say. */

export { cellFrame } from "./cells/cellFile";
export type { CellName, DiagnosticsReport, ErrorReport, ExitReport, Pending } from "./cells/reports";
export { type Finding, inspectMachine } from "./inspectMachine";
export { alignmentKernel } from "./install/alignmentKernel";
export { installKernelSpec, kernelSpecFolder, type Place, uninstallKernelSpec } from "./install/kernelSpecFolder";
export { type ConnectionFile, type ConnectionInfo, createConnectionFile } from "./launch/connection";
export { type KernelExit, KernelProcess, probeFile } from "./launch/kernelProcess";
export { defaultKernel, findKernel, type KernelSpec, ownKernel, registeredKernels } from "./launch/kernelSpec";
export { createMessage, decode, encode, type Header, type Message } from "./message";
export type { ProbeReport, QuietReport } from "./probe/reports";
export { runKernel } from "./server/runKernel";
