/** Headless execution of notebooks through the Jupyter protocol. Knows nothing of alignment. */
export { annotation, annotations } from "./annotations";
export * from "./attempts";
export { jsonReport } from "./jsonReport";
export { junitReport } from "./junitReport";
export { Progress, summaryText } from "./progress";
export type { CellReport, CellStatus, Failure, NotebookReport, RunReport } from "./report";
export { exitCode, failureLines } from "./report";
export { defaultJobs, defaults, type RunListener, type RunOptions, runNotebooks } from "./runNotebooks";
export { gradesStepSummary, runStepSummary } from "./stepSummary";
