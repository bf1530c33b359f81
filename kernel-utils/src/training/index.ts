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
export { KtoTrainer, type KtoTrainerOptions } from "./ktoTrainer";
export type { RunOptions, StepReport } from "./loop";
export {
  type PairBatch,
  type PairObjectiveName,
  type PairObjectiveOptions,
  pairObjectiveNames,
} from "./pairObjectives";
export {
  collatePreferences,
  type PairExamples,
  type PreferenceObjective,
  PreferenceTrainer,
  type PreferenceTrainerOptions,
} from "./preferenceTrainer";
export { TrainingRun } from "./run/trainingRun";
export { type Schedule, type WarmupCosineOptions, warmupCosine } from "./schedule";
export { type Score, scoreExamples } from "./score";
export type { LoopOptions } from "./settings";
export { Pretrainer, type PretrainerOptions, SftTrainer, type SftTrainerOptions, sftMicrobatch } from "./sftTrainer";
