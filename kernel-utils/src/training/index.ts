export { AdamW, type AdamWOptions, clipByGlobalNorm } from "./adamW";
export {
  type Batch,
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
export { accumulateGradients, type LossResult, type Microbatch, type StepGradients } from "./gradients";
export {
  GroupTrainer,
  type GroupTrainerOptions,
  groupMethods,
} from "./groupTrainer";
export type { LoopOptions, RunOptions, StepReport, TrainingRun } from "./loop";
export { OnlineDpoTrainer, type OnlineDpoTrainerOptions } from "./onlineDpoTrainer";
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
export { type Schedule, type WarmupCosineOptions, warmupCosine } from "./schedule";
export { type Score, scoreExamples } from "./score";
export { Pretrainer, type PretrainerOptions, SftTrainer, type SftTrainerOptions, sftMicrobatch } from "./sftTrainer";
