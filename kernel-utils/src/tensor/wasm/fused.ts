import * as tf from "@tensorflow/tfjs";
import type { KernelArguments, KernelFunction } from "../backend/kernelRegistry";
import type { WasmHeap } from "./heap";
import type { KernelName } from "./kernelPack";
import { rotaryTables } from "./rotaryTables";

const size = (tensor: tf.TensorInfo): number => tf.util.sizeFromShape(tensor.shape);

type Inputs = Record<string, tf.TensorInfo>;

/** One of the kernel pack's kernels as a TF.js kernel. */
interface Fused {
  kernel: KernelName;
  inputs: string[];
  outputs: (inputs: Inputs) => number[][];
  /** What may be cut apart (rows, floats …), and what it costs one thread, in nanoseconds, roughly. */
  work: (inputs: Inputs) => { pieces: number; nanoseconds: number };
  /** The slots behind the addresses of outputs and inputs. */
  sizes: (inputs: Inputs, args: KernelArguments, heap: WasmHeap) => number[];
}

const fused =
  ({ kernel, inputs: names, outputs: shapes, work, sizes }: Fused) =>
  (heap: WasmHeap): KernelFunction =>
  (args) => {
    const { inputs } = args;
    const outputs = shapes(inputs).map((shape) => heap.output(shape));
    const rest = sizes(inputs, args, heap);
    const addresses = [...outputs, ...names.map((name) => inputs[name])].map((tensor) => heap.address(tensor));
    const { pieces, nanoseconds } = work(inputs);
    heap.run(kernel, heap.partsFor(nanoseconds, pieces), [...addresses, ...rest]);
    return outputs;
  };

const lastLength = (x: tf.TensorInfo): number => x.shape[x.shape.length - 1];
const rows = (x: tf.TensorInfo): [number, number] => [size(x) / lastLength(x), lastLength(x)];

/** Costs of one float in nanoseconds: moved and combined; with an exponential. */
const COMBINED = 0.3;
const EXPONENTIAL = 1.2;

const byRow = (x: tf.TensorInfo, each: number) => ({ pieces: rows(x)[0], nanoseconds: each * size(x) });

/** Parts of a sum over rows that is added up part by part: by the number of rows alone, so that its bits are too. */
const sumParts = (rowCount: number): number => Math.max(1, Math.min(16, Math.floor(rowCount / 32)));

function rmsNormGradient(heap: WasmHeap): KernelFunction {
  return ({ inputs: { dy, x, weight, scales } }) => {
    const [dx, dWeight] = [heap.output(x.shape), heap.output(weight.shape)];
    const [count, d] = rows(x);
    const parts = sumParts(count);
    const { room } = heap.scratch(4 * parts * d);
    const addresses = [dy, x, weight, scales].map((tensor) => heap.address(tensor));
    heap.run("rmsNormGradient", parts, [heap.address(dx), room, ...addresses, count, d]);
    heap.run("columnSum", 1, [heap.address(dWeight), room, parts, d, 1]);
    return [dx, dWeight];
  };
}

function rotary(heap: WasmHeap): KernelFunction {
  return ({ inputs: { x, positions }, attrs }) => {
    const out = heap.output(x.shape);
    const [B, T, H, D] = x.shape;
    const { theta, last, interleaved, sign } = attrs as Record<string, number>;
    const { cosines, sines } = rotaryTables(heap).get(theta, D, last);
    const addresses = [out, x, positions].map((tensor) => heap.address(tensor));
    const parts = heap.partsFor(COMBINED * size(x), B * T);
    heap.run("rotary", parts, [...addresses, cosines, sines, B * T, H, D, Number(interleaved), sign]);
    return [out];
  };
}

/** B, T, S, H, key heads, D, the scale 1/√D, scratch, room, and whether products are native. */
function attentionSizes({ q, k }: Inputs, heap: WasmHeap): number[] {
  const [B, T, H, D] = q.shape;
  const S = k.shape[1];
  const { room, gemm } = heap.scratch(4 * ROWS_AT_ONCE * S * heap.engine.threads);
  return [B, T, S, H, k.shape[2], D, 1 / Math.sqrt(D), gemm, room, Number(heap.engine.blas !== undefined)];
}

/** ROWS in assembly/attention.ts; a test holds the two equal. */
export const ROWS_AT_ONCE = 32;

function attentionWork({ q, k }: Inputs, products: number): number {
  const [B, T, H, D] = q.shape;
  return B * H * T * k.shape[1] * ((products * D) / 20 + EXPONENTIAL);
}

/** The operations that have kernels of their own in kernels.wasm, by the name they are registered under. */
export const fusedKernels: Record<string, (heap: WasmHeap) => KernelFunction> = {
  RmsNorm: fused({
    kernel: "rmsNorm",
    inputs: ["x", "weight"],
    outputs: ({ x }) => [x.shape, [rows(x)[0]]],
    work: ({ x }) => byRow(x, COMBINED),
    sizes: ({ x }, { attrs }) => [...rows(x), attrs?.epsilon as number],
  }),
  RmsNormGradient: rmsNormGradient,
  Rotary: rotary,
  SwiGlu: fused({
    kernel: "swiglu",
    inputs: ["gate", "up"],
    outputs: ({ gate }) => [gate.shape],
    work: ({ gate }) => ({ pieces: size(gate), nanoseconds: EXPONENTIAL * size(gate) }),
    sizes: ({ gate }) => [size(gate)],
  }),
  SwiGluGradient: fused({
    kernel: "swigluGradient",
    inputs: ["dy", "gate", "up"],
    outputs: ({ gate }) => [gate.shape, gate.shape],
    work: ({ gate }) => ({ pieces: size(gate), nanoseconds: 1.5 * EXPONENTIAL * size(gate) }),
    sizes: ({ gate }) => [size(gate)],
  }),
  CausalAttention: fused({
    kernel: "attention",
    inputs: ["q", "k", "v", "keyMask"],
    outputs: ({ q, k }) => [q.shape, [q.shape[0], q.shape[2], q.shape[1], k.shape[1]]],
    work: (inputs) => ({ pieces: inputs.q.shape[0] * inputs.q.shape[2], nanoseconds: attentionWork(inputs, 2) }),
    sizes: (inputs, _, heap) => [0, 0, ...attentionSizes(inputs, heap)],
  }),
  CausalAttentionGradient: fused({
    kernel: "attentionGradient",
    inputs: ["dy", "weights", "q", "k", "v"],
    outputs: ({ q, k, v }) => [q.shape, k.shape, v.shape],
    work: (inputs) => ({ pieces: inputs.q.shape[0] * inputs.k.shape[2], nanoseconds: attentionWork(inputs, 4) }),
    sizes: (inputs, _, heap) => attentionSizes(inputs, heap),
  }),
  TokenLogps: fused({
    kernel: "tokenLogps",
    inputs: ["logits", "labels"],
    outputs: ({ labels }) => [labels.shape, [size(labels), 2]],
    work: ({ logits }) => byRow(logits, EXPONENTIAL),
    sizes: ({ logits }) => rows(logits),
  }),
  TokenLogpsGradient: fused({
    kernel: "tokenLogpsGradient",
    inputs: ["dy", "logits", "labels", "stats"],
    outputs: ({ logits }) => [logits.shape],
    work: ({ logits }) => byRow(logits, EXPONENTIAL),
    sizes: ({ logits }) => rows(logits),
  }),
  TokenLogpsGradientInPlace: tokenLogpsGradientInPlace,
  GatherRows: fused({
    kernel: "gather",
    inputs: ["x", "ids"],
    outputs: ({ x, ids }) => [[size(ids), lastLength(x)]],
    work: ({ x, ids }) => ({ pieces: size(ids), nanoseconds: COMBINED * size(ids) * lastLength(x) }),
    sizes: ({ x, ids }) => [size(ids), lastLength(x)],
  }),
};

/** The same over the logits' own memory: what comes back is that tensor, by another name. */
function tokenLogpsGradientInPlace(heap: WasmHeap): KernelFunction {
  return ({ inputs: { dy, logits, labels, stats } }) => {
    const { pieces, nanoseconds } = byRow(logits, EXPONENTIAL);
    const addresses = [logits, dy, logits, labels, stats].map((tensor) => heap.address(tensor));
    heap.run("tokenLogpsGradient", heap.partsFor(nanoseconds, pieces), [...addresses, ...rows(logits)]);
    heap.backend.incRef(logits.dataId);
    return [{ dataId: logits.dataId, shape: logits.shape, dtype: logits.dtype }];
  };
}
