import * as fs from "node:fs";
import * as path from "node:path";
import type * as tf from "@tensorflow/tfjs";
import { addressSpaceBytes, heapFull } from "../backend/memoryBudget";
import { Unavailable } from "../backend/unavailable";
import { type WasmMemory, webAssembly } from "./webAssembly";

/** The exports of kernels.wasm: addresses, sizes and flags in, results on the heap. */
export type KernelPack = Record<(typeof kernelNames)[number], (...values: (number | boolean)[]) => number>;

const kernelNames = [
  "adamW",
  "attention",
  "attentionGradient",
  "columnSum",
  "expAll",
  "gemm",
  "gemmScratchBytes",
  "rmsNorm",
  "rmsNormGradient",
  "rotary",
  "segmentSum",
  "sumOfSquares",
  "swiglu",
  "swigluGradient",
  "tokenLogps",
  "tokenLogpsGradient",
] as const;

/** What is used of the stock backend. These are its internals, hence the exact version pin. */
export interface WasmBackend {
  wasm: { HEAPU8: Uint8Array; _malloc(bytes: number): number; _free(address: number): void };
  dataIdMap: { get(dataId: object): { memoryOffset: number } };
  makeOutput(shape: number[], dtype: tf.DataType): tf.TensorInfo;
  typedArrayFromHeap(tensor: tf.TensorInfo): Float32Array | Int32Array | Uint8Array;
  refCount(dataId: object): number;
}

// The same two steps up and down from src/tensor/wasm and from dist/tensor/wasm.
const kernelFile = path.join(__dirname, "..", "..", "..", "dist", "kernels.wasm");

async function loadKernels(memory: WasmMemory): Promise<KernelPack> {
  if (!fs.existsSync(kernelFile)) {
    throw new Unavailable(`${kernelFile} is missing`, "run npm run build");
  }
  const { instance } = await webAssembly().instantiate(fs.readFileSync(kernelFile), { env: { memory } });
  const missing = kernelNames.filter((name) => !(name in instance.exports));
  if (missing.length > 0) throw new Unavailable(`${kernelFile} lacks ${missing}`, "run npm run build");
  return instance.exports as KernelPack;
}

/** The stock backend's heap, with our kernels running on it. Tensors are addresses here: nothing is copied. */
export class WasmHeap {
  /** Working memory of the kernels, made once and grown when one asks for more. */
  private scratchAddress = 0;
  private scratchBytes = 0;

  private constructor(
    readonly backend: WasmBackend,
    readonly kernels: KernelPack,
  ) {}

  static async open(backend: WasmBackend, memory: WasmMemory): Promise<WasmHeap> {
    refuseWhenFull(backend);
    return new WasmHeap(backend, await loadKernels(memory));
  }

  address(tensor: tf.TensorInfo): number {
    return this.backend.dataIdMap.get(tensor.dataId).memoryOffset;
  }

  output(shape: number[], dtype: tf.DataType = "float32"): tf.TensorInfo {
    return this.backend.makeOutput(shape, dtype);
  }

  allocate(bytes: number): number {
    return this.backend.wasm._malloc(bytes) >>> 0;
  }

  free(address: number): void {
    this.backend.wasm._free(address);
  }

  /** At least `extraBytes` of free room, then the matrix product's own; both addresses hold until the next call. */
  scratch(extraBytes = 0): { room: number; gemm: number } {
    const rounded = Math.ceil(extraBytes / 16) * 16;
    const bytes = rounded + this.kernels.gemmScratchBytes();
    if (bytes > this.scratchBytes) {
      if (this.scratchAddress) this.free(this.scratchAddress);
      this.scratchAddress = this.allocate(bytes);
      this.scratchBytes = bytes;
    }
    return { room: this.scratchAddress, gemm: this.scratchAddress + rounded };
  }

  /** A view of floats at an address. Taken afresh each time: growing the heap detaches old views. */
  floats(address: number, length: number): Float32Array {
    return new Float32Array(this.backend.wasm.HEAPU8.buffer, address, length);
  }
}

/** The stock backend writes to address 0 when the heap is full; an error that says so is better. */
function refuseWhenFull(backend: WasmBackend): void {
  const { wasm } = backend;
  wasm._free(wasm._malloc(16)); // the first call makes the stock module replace its own _malloc, and would undo ours
  const allocate = wasm._malloc;
  wasm._malloc = (bytes: number): number => {
    const address = bytes < addressSpaceBytes ? allocate(bytes) : 0;
    if (address === 0 && bytes > 0) throw heapFull(bytes, wasm.HEAPU8.length);
    return address;
  };
}

/** The memory that the stock backend keeps to itself, caught while it starts; WebAssembly is put back at once. */
export async function captureMemory(start: () => Promise<unknown>): Promise<WasmMemory[]> {
  const memories: WasmMemory[] = [];
  const api = webAssembly();
  const stock = api.instantiate;
  api.instantiate = async (source, imports) => {
    const result = await stock(source, imports);
    const exported = Object.values((result.instance ?? result).exports);
    memories.push(...exported.filter((value): value is WasmMemory => value instanceof api.Memory));
    return result;
  };
  try {
    await start();
    return memories;
  } finally {
    api.instantiate = stock;
  }
}
