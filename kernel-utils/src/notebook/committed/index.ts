/** Notebooks as they lie in git: which outputs are kept, whose they are, and how the file is laid out. */
export { type CommittedProblem, committedProblems, largestNotebook } from "./checkCommitted";
export { committedNotebook, kernelspec, type Provenance, withoutOutputs } from "./committedNotebook";
export { firstDifference } from "./difference";
export { keptOutputs, type ToPng } from "./keptOutputs";
export { type CellJson, type NotebookJson, notebookText, type OutputJson, readNotebookJson } from "./notebookJson";
export { contentHashes, type OutputsRecord, outputsAreFresh, recordOf, type Staleness, staleness } from "./sources";
export { findVolatile, withoutVolatile } from "./volatile";
