import * as tf from "@tensorflow/tfjs";
import { type KernelFunction, overrideKernel } from "../backend/kernelRegistry";
import { Unavailable } from "../backend/unavailable";
import { add, identity } from "./elementwise";
import { fusedKernels } from "./fused";
import { type Engine, type WasmBackend, WasmHeap, withSharedMemory } from "./heap";
import { log1p } from "./log1p";
import { batchMatMul, fusedMatMul } from "./matMul";
import { withoutErrorListeners } from "./processListeners";
import { mean, segmentSum, sum } from "./sums";
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
  const memories = await withoutErrorListeners(() => withSharedMemory(async () => tf.setBackend("wasm")));
  const backend = tf.backend() as unknown as WasmBackend;
  const memory = memories.find(({ buffer }) => buffer === backend.wasm?.HEAPU8.buffer);
  if (!memory)
    throw new Unavailable("the heap of @tensorflow/tfjs-backend-wasm was not found", "install exactly 4.22.0");
  return { backend, memory };
}

/** Makes "wasm" the current backend, with kernels.wasm working on its heap as the engine says. */
export async function installWasm({ threads, blas }: Engine): Promise<void> {
  if (installed) await tf.setBackend("wasm");
  else installed = await install();
  const { engine } = installed;
  if (engine.threads !== threads || engine.blas?.file !== blas?.file) await installed.use({ threads, blas });
}

async function install(): Promise<WasmHeap> {
  const { backend, memory } = await startBackend();
  const heap = new WasmHeap(backend, memory);
  const stock = (name: string) => tf.getKernel(name, "wasm").kernelFunc as unknown as KernelFunction;
  const overrides: Record<string, KernelFunction> = {
    BatchMatMul: batchMatMul(heap),
    _FusedMatMul: fusedMatMul(heap),
    Log1p: log1p(heap),
    UnsortedSegmentSum: segmentSum(heap),
    Sum: sum(heap, stock("Sum")),
    Mean: mean(heap, stock("Mean")),
    Identity: identity(heap),
    Add: add(heap, stock("Add")),
  };
  for (const [name, make] of Object.entries(fusedKernels)) overrides[name] = make(heap);
  for (const [name, kernel] of Object.entries(overrides)) overrideKernel(name, "wasm", kernel);
  return heap;
}
