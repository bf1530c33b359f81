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
export type { LoopOptions, RunOptions, StepReport, TrainingRun } from "./loop";
export {
  collatePreferences,
  type PairExamples,
  type PreferenceObjective,
  PreferenceTrainer,
  type PreferenceTrainerOptions,
} from "./preferenceTrainer";
export { type Schedule, type WarmupCosineOptions, warmupCosine } from "./schedule";
export { type Score, scoreExamples } from "./score";
export { Pretrainer, type PretrainerOptions, SftTrainer, type SftTrainerOptions, sftMicrobatch } from "./sftTrainer";
