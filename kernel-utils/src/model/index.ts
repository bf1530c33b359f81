export { loadAdapter, saveAdapter } from "./adapterFiles";
export {
  type Checkpoint,
  type Dtype,
  decodeSafetensors,
  encodeSafetensors,
  type Llama2c,
  loadCheckpoint,
  loadLlama2c,
  loadRewardModel,
  type NamedArray,
  PieceVocabulary,
  type RewardCheckpoint,
  type SaveOptions,
  saveCheckpoint,
  saveLlama2c,
  saveRewardModel,
} from "./checkpoints";
export {
  countParameters,
  type LlamaConfig,
  type LlamaShape,
  llamaConfig,
  type ParameterSpec,
  parameterSpecs,
} from "./config";
export { type Generated, type GenerateOptions, generate } from "./generate";
export { KeyValueCache } from "./keyValueCache";
export { buildModel, createModel, LanguageModel } from "./languageModel";
export { type ForwardOptions, llamaHidden, llamaHiddenAt, llamaLogits, type Weights } from "./llama";
export {
  createAdapter,
  LoraAdapter,
  type LoraOptions,
  type LoraSettings,
  loraSettings,
  type ProjectionName,
  projectionNames,
} from "./lora";
export { type BatchShape, type MemoryPlan, type MemoryPlanOptions, memoryPlan, type OtherModel } from "./memoryPlan";
export type { TokenBatch } from "./packing";
export { configForSize, type Preset, presets } from "./presets";
export { generateReplies, type RepliesOptions, type Reply } from "./replies";
export { createRewardModel, RewardModel, type RewardModelInit } from "./rewardModel";
export { type SampledToken, type SamplingOptions, sampleToken } from "./sampling";
