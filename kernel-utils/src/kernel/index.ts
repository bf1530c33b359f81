/** Jupyter kernels as processes: finding them, starting them, hearing what they would rather not say. */
export { type ConnectionFile, type ConnectionInfo, createConnectionFile } from "./connection";
export { type Finding, inspectMachine } from "./inspectMachine";
export { alignmentKernel } from "./install/alignmentKernel";
export { installKernelSpec, kernelSpecFolder, type Place, uninstallKernelSpec } from "./install/kernelSpecFolder";
export { type KernelExit, KernelProcess, probeFile } from "./kernelProcess";
export { defaultKernel, findKernel, type KernelSpec, ownKernel, registeredKernels } from "./kernelSpec";
export { cellFrame } from "./probe/cellFile";
export type { CellName, DiagnosticsReport, ErrorReport, ExitReport, ProbeReport, QuietReport } from "./probe/reports";
export { runKernel } from "./runKernel";
