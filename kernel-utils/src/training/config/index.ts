/** Training runs from one JSON file. */
export { describeMethod, listMethods } from "./describe";
export { methodNames } from "./methods";
export type { NamedRewards } from "./rewardSource";
export {
  type EvaluationConfig,
  type ModelSource,
  parseRunConfig,
  type RewardChoice,
  type RunConfig,
  readRunConfig,
} from "./runConfig";
export { type StartOptions, startRun } from "./startRun";
