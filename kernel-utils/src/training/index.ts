export { AdamW, type AdamWOptions, clipByGlobalNorm } from "./adamW";
export {
  type Batch,
  BatchOrder,
  type BatchOrderState,
  batchIndices,
  collateDocument,
  collateSft,
  type Example,
  ignoreIndex,
  packDocuments,
  padRight,
  splitEvenly,
} from "./batching";
export { type CompletionLogps, completionLogps } from "./completionLogps";
export {
  type ModelSource,
  methodNames,
  parseRunConfig,
  type RunConfig,
  readRunConfig,
  type StartOptions,
  startRun,
} from "./config";
export { accumulateGradients, type LossResult, type Microbatch, type StepGradients } from "./gradients";
export {
  GroupTrainer,
  type GroupTrainerOptions,
  groupMethods,
} from "./groupTrainer";
export { KtoTrainer, type KtoTrainerOptions } from "./ktoTrainer";
export type { RunOptions, StepReport } from "./loop";
export { OnlineDpoTrainer, type OnlineDpoTrainerOptions } from "./onlineDpoTrainer";
export {
  type PairBatch,
  type PairObjectiveName,
  type PairObjectiveOptions,
  pairObjectiveNames,
} from "./pairObjectives";
export {
  criticStarts,
  oldLogpsSources,
  type PpoDetails,
  type PpoTrainerOptions,
  ppoDefaults,
  ppoPresets,
  whiteningScopes,
} from "./ppoOptions";
export { PpoTrainer } from "./ppoTrainer";
export {
  collatePreferences,
  type PairExamples,
  type PreferenceObjective,
  PreferenceTrainer,
  type PreferenceTrainerOptions,
} from "./preferenceTrainer";
export { RewardTrainer, type RewardTrainerOptions } from "./rewardTrainer";
export { type RewardFunction, type RewardSource, scoreReplies } from "./rollouts/rewardSource";
export type { SamplerInputs } from "./rollouts/sampling";
export { type ScoreNormalization, scoreNormalizations } from "./rollouts/scoreNormalizer";
export type { UpdateOptions } from "./rollouts/updateLoop";
export { TrainingRun } from "./run/trainingRun";
export { type Schedule, type WarmupCosineOptions, warmupCosine } from "./schedule";
export { type Score, scoreExamples } from "./score";
export type { LoopOptions } from "./settings";
export { Pretrainer, type PretrainerOptions, SftTrainer, type SftTrainerOptions, sftMicrobatch } from "./sftTrainer";
