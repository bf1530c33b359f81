import * as tf from "@tensorflow/tfjs";
import type { KernelArguments, KernelFunction } from "../backend/kernelRegistry";
import type { WasmHeap } from "./heap";
import { RotaryTables } from "./rotaryTables";

const size = (tensor: tf.TensorInfo): number => tf.util.sizeFromShape(tensor.shape);

/** A kernel that writes one output per shape, and gets the addresses of outputs and inputs in order. */
type Body = (heap: WasmHeap, outputs: number[], inputs: number[], args: KernelArguments) => void;

const kernel =
  (inputNames: string[], outputShapes: (inputs: Record<string, tf.TensorInfo>) => number[][], body: Body) =>
  (heap: WasmHeap): KernelFunction =>
  (args) => {
    const outputs = outputShapes(args.inputs).map((shape) => heap.output(shape));
    const addressesIn = inputNames.map((name) => heap.address(args.inputs[name]));
    body(
      heap,
      outputs.map((tensor) => heap.address(tensor)),
      addressesIn,
      args,
    );
    return outputs;
  };

const rows = (x: tf.TensorInfo): [number, number] => [
  size(x) / x.shape[x.shape.length - 1],
  x.shape[x.shape.length - 1],
];

/** B, T, S, H, key heads, D and the scale 1/√D. */
function attentionSizes({ q, k }: Record<string, tf.TensorInfo>): number[] {
  const [B, T, H, D] = q.shape;
  return [B, T, k.shape[1], H, k.shape[2], D, 1 / Math.sqrt(D)];
}

function rotary(heap: WasmHeap): KernelFunction {
  const tables = new RotaryTables(heap);
  return ({ inputs: { x, positions }, attrs }) => {
    const out = heap.output(x.shape);
    const [B, T, H, D] = x.shape;
    const { theta, last, interleaved, sign } = attrs as Record<string, number>;
    const { cosines, sines } = tables.get(theta, D, last);
    const addresses = [out, x, positions].map((tensor) => heap.address(tensor));
    heap.kernels.rotary(...addresses, cosines, sines, B * T, H, D, interleaved, sign);
    return [out];
  };
}

/** The operations that have kernels of their own in kernels.wasm, by the name they are registered under. */
export const fusedKernels: Record<string, (heap: WasmHeap) => KernelFunction> = {
  RmsNorm: kernel(
    ["x", "weight"],
    ({ x }) => [x.shape, [rows(x)[0]]],
    (heap, outputs, inputs, { inputs: { x }, attrs }) =>
      heap.kernels.rmsNorm(...outputs, ...inputs, ...rows(x), attrs?.epsilon as number),
  ),
  RmsNormGradient: kernel(
    ["dy", "x", "weight", "scales"],
    ({ x, weight }) => [x.shape, weight.shape],
    (heap, outputs, inputs, { inputs: { x } }) => heap.kernels.rmsNormGradient(...outputs, ...inputs, ...rows(x)),
  ),
  Rotary: rotary,
  SwiGlu: kernel(
    ["gate", "up"],
    ({ gate }) => [gate.shape],
    (heap, outputs, inputs, { inputs: { gate } }) => heap.kernels.swiglu(...outputs, ...inputs, size(gate)),
  ),
  SwiGluGradient: kernel(
    ["dy", "gate", "up"],
    ({ gate }) => [gate.shape, gate.shape],
    (heap, outputs, inputs, { inputs: { gate } }) => heap.kernels.swigluGradient(...outputs, ...inputs, size(gate)),
  ),
  CausalAttention: kernel(
    ["q", "k", "v", "keyMask"],
    ({ q, k }) => [q.shape, [q.shape[0], q.shape[2], q.shape[1], k.shape[1]]],
    (heap, outputs, addresses, { inputs }) =>
      heap.kernels.attention(...outputs, ...addresses, ...attentionSizes(inputs), heap.scratch().gemm),
  ),
  CausalAttentionGradient: kernel(
    ["dy", "weights", "q", "k", "v"],
    ({ q, k, v }) => [q.shape, k.shape, v.shape],
    (heap, outputs, addresses, { inputs }) => {
      const { room, gemm } = heap.scratch(4 * inputs.q.shape[1] * inputs.k.shape[1]);
      heap.kernels.attentionGradient(...outputs, ...addresses, ...attentionSizes(inputs), room, gemm);
    },
  ),
  TokenLogps: kernel(
    ["logits", "labels"],
    ({ labels }) => [labels.shape, [size(labels), 2]],
    (heap, outputs, inputs, { inputs: { logits } }) => heap.kernels.tokenLogps(...outputs, ...inputs, ...rows(logits)),
  ),
  TokenLogpsGradient: kernel(
    ["dy", "logits", "labels", "stats"],
    ({ logits }) => [logits.shape],
    (heap, outputs, inputs, { inputs: { logits } }) =>
      heap.kernels.tokenLogpsGradient(...outputs, ...inputs, ...rows(logits)),
  ),
};
