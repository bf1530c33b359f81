export type { Dtype } from "./dtype";
export { type Checkpoint, loadCheckpoint } from "./loadCheckpoint";
export { type Llama2c, loadLlama2c } from "./loadLlama2c";
export { PieceVocabulary } from "./pieceVocabulary";
export { loadRewardModel, type RewardCheckpoint, saveRewardModel } from "./rewardCheckpoint";
export { decodeSafetensors, encodeSafetensors, type NamedArray } from "./safetensors";
export { type SaveOptions, saveCheckpoint } from "./saveCheckpoint";
export { saveLlama2c } from "./saveLlama2c";
