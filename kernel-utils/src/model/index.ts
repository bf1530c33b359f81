export { loadAdapter, saveAdapter } from "./adapterFiles";
export { type Checkpoint, loadCheckpoint, saveCheckpoint } from "./checkpoint";
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
export { loadLlama2c } from "./llama2c";
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
export { PieceVocabulary } from "./pieceVocabulary";
export { configForSize, type Preset, presets } from "./presets";
export { generateReplies, type RepliesOptions, type Reply } from "./replies";
export { decodeSafetensors, encodeSafetensors, type NamedArray } from "./safetensors";
export { type SampledToken, type SamplingOptions, sampleToken } from "./sampling";
