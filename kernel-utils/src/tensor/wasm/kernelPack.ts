import * as fs from "node:fs";
import * as path from "node:path";
import { Unavailable } from "../backend/unavailable";
import type { Sgemm } from "../blas/library";
import { type WasmMemory, webAssembly } from "./webAssembly";

/** The kernels that run in parts; their numbers are read from the module. */
const kernelNames = [
  "adamW",
  "add",
  "attention",
  "attentionGradient",
  "columnSum",
  "gather",
  "gemm",
  "rmsNorm",
  "rmsNormGradient",
  "rotary",
  "rowSum",
  "segmentSum",
  "sumOfSquares",
  "swiglu",
  "swigluGradient",
  "tokenLogps",
  "tokenLogpsGradient",
] as const;

export type KernelName = (typeof kernelNames)[number];

/** The module's other exports; addresses and sizes in bytes. */
export interface PoolExports {
  awaitWorkers(workers: number, milliseconds: number): number;
  closePool(): void;
  dispatch(kernel: number, parts: number): void;
  expAll(out: number, x: number, n: number): void;
  gemmScratchBytes(): number;
  joinPool(control: number): void;
  poolBytes(): number;
  serve(thread: number): void;
  slotsAddress(): number;
}

const functionNames = [
  "awaitWorkers",
  "closePool",
  "dispatch",
  "expAll",
  "gemmScratchBytes",
  "joinPool",
  "poolBytes",
  "serve",
  "slotsAddress",
] as const;

// The same two steps up and down from src/tensor/wasm and from dist/tensor/wasm.
const kernelFile = path.join(__dirname, "..", "..", "..", "dist", "kernels.wasm");

/** The compiled kernels; every thread makes an instance of its own from them. */
export function compileKernels(): object {
  if (!fs.existsSync(kernelFile)) throw new Unavailable(`${kernelFile} is missing`, "run npm run build");
  const { Module } = webAssembly();
  return new Module(fs.readFileSync(kernelFile));
}

/** An instance on the shared heap; `sgemm` is called where a job asks for the native product. */
export function instantiateKernels(module: object, memory: WasmMemory, sgemm: Sgemm): PoolExports {
  const { Instance } = webAssembly();
  const { exports } = new Instance(module, { env: { memory, sgemm } });
  const missing = functionNames.filter((name) => !(name in exports));
  if (missing.length > 0) throw new Unavailable(`${kernelFile} lacks ${missing}`, "run npm run build");
  return exports as unknown as PoolExports;
}

/** The number of each kernel, as the module itself has it. */
export function kernelNumbers(exports: PoolExports): Record<KernelName, number> {
  const globals = exports as unknown as Record<string, { value: number } | undefined>;
  const numberOf = (name: string): number => {
    const number = globals[`Kernel.${name}`]?.value;
    if (number === undefined) throw new Unavailable(`${kernelFile} lacks the kernel ${name}`, "run npm run build");
    return number;
  };
  return Object.fromEntries(kernelNames.map((name) => [name, numberOf(name)])) as Record<KernelName, number>;
}
