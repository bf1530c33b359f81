// Entry of the wasm kernel pack: every kernel that the tensor package registers is exported here.
export { gemm } from "./gemm";
