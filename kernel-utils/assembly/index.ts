// Entry of the wasm kernel pack. All of it works on addresses in the tensor backend's own heap, which threads share.
// The module has no data of its own: nothing is written at fixed addresses.
export { PART } from "./adamW";
export { ROWS } from "./attention";
export { expAll } from "./elementary";
export { gemmScratchBytes } from "./gemm";
export { Kernel } from "./parts";
export { awaitWorkers, closePool, dispatch, joinPool, poolBytes, serve } from "./pool";
export { slotsAddress } from "./slots";
