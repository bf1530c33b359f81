import * as tf from "@tensorflow/tfjs";
import { type KernelFunction, overrideKernel } from "../backend/kernelRegistry";
import { Unavailable } from "../backend/unavailable";
import { fusedKernels } from "./fused";
import { captureMemory, type WasmBackend, WasmHeap } from "./heap";
import { log1p } from "./log1p";
import { batchMatMul, fusedMatMul } from "./matMul";
import { withoutErrorListeners } from "./processListeners";
import { segmentSum, sum } from "./sums";
import type { WasmMemory } from "./webAssembly";

let installed: WasmHeap | undefined;

/** The heap with our kernels where wasm is the backend in use. */
export const wasmHeap = (): WasmHeap | undefined => (tf.getBackend() === "wasm" ? installed : undefined);

/** Starts the stock backend and finds its memory. One that was started by somebody else is started anew. */
async function startBackend(): Promise<{ backend: WasmBackend; memory: WasmMemory }> {
  await import("@tensorflow/tfjs-backend-wasm");
  const factory = tf.findBackendFactory("wasm");
  if (tf.engine().registry.wasm) {
    tf.removeBackend("wasm");
    tf.registerBackend("wasm", factory, 2);
  }
  const memories = await withoutErrorListeners(() => captureMemory(async () => tf.setBackend("wasm")));
  const backend = tf.backend() as unknown as WasmBackend;
  const memory = memories.find(({ buffer }) => buffer === backend.wasm?.HEAPU8.buffer);
  if (!memory)
    throw new Unavailable("the heap of @tensorflow/tfjs-backend-wasm was not found", "install exactly 4.22.0");
  return { backend, memory };
}

/** Makes "wasm" the current backend, with kernels.wasm working on its heap. */
export async function installWasm(): Promise<void> {
  if (installed) {
    await tf.setBackend("wasm");
    return;
  }
  const { backend, memory } = await startBackend();
  const heap = await WasmHeap.open(backend, memory);
  const stockSum = tf.getKernel("Sum", "wasm").kernelFunc as unknown as KernelFunction;
  const overrides: Record<string, KernelFunction> = {
    BatchMatMul: batchMatMul(heap),
    _FusedMatMul: fusedMatMul(heap),
    Log1p: log1p(heap),
    UnsortedSegmentSum: segmentSum(heap),
    Sum: sum(heap, stockSum),
  };
  for (const [name, make] of Object.entries(fusedKernels)) overrides[name] = make(heap);
  for (const [name, kernel] of Object.entries(overrides)) overrideKernel(name, "wasm", kernel);
  installed = heap;
}
