// Entry of the wasm kernel pack: every kernel that the tensor package registers is exported here. All of them work on
// addresses in the tensor backend's own heap. The module has no data of its own: nothing is written at fixed addresses.
export { adamW, sumOfSquares } from "./adamW";
export { attention, attentionGradient } from "./attention";
export { expAll } from "./elementary";
export { gemm, gemmScratchBytes } from "./gemm";
export { rmsNorm, rmsNormGradient } from "./rmsNorm";
export { rotary } from "./rotary";
export { columnSum, segmentSum } from "./sums";
export { swiglu, swigluGradient } from "./swiglu";
export { tokenLogps, tokenLogpsGradient } from "./tokenLogps";
