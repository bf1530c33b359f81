/** Training runs from one JSON file. */
export { methodNames } from "./methods";
export { type ModelSource, parseRunConfig, type RunConfig, readRunConfig } from "./runConfig";
export { type StartOptions, startRun } from "./startRun";
