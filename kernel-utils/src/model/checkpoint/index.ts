export type { Dtype } from "./dtype";
export { loadLlama2c } from "./llama2c";
export { type Checkpoint, loadCheckpoint } from "./loadCheckpoint";
export { PieceVocabulary } from "./pieceVocabulary";
export { decodeSafetensors, encodeSafetensors, type NamedArray } from "./safetensors";
export { type SaveOptions, saveCheckpoint } from "./saveCheckpoint";
