import * as tf from "@tensorflow/tfjs";
import { CourseError } from "../../errors";
import type { KernelArguments } from "../backend/kernelRegistry";
import { activations } from "./activations";
import { gemm } from "./gemm";
import type { WasmHeap } from "./heap";

/** Element offsets of each product's operand in a batch that broadcasts like NumPy's. */
function batchOffsets(shape: number[], batchShape: number[], size: number): number[] {
  const padded = [...new Array<number>(batchShape.length - shape.length).fill(1), ...shape];
  let offsets = [0];
  let stride = tf.util.sizeFromShape(shape) * size;
  padded.forEach((length, axis) => {
    stride /= length;
    const step = length === 1 ? 0 : stride;
    offsets = offsets.flatMap((offset) => Array.from({ length: batchShape[axis] }, (_, i) => offset + i * step));
  });
  return offsets;
}

/** The one step between operands of a batch if there is one, else undefined. */
function evenStep(offsets: number[]): number | undefined {
  const step = offsets.length > 1 ? offsets[1] : 0;
  return offsets.every((offset, i) => offset === i * step) ? step : undefined;
}

function multiply(heap: WasmHeap, a: tf.TensorInfo, b: tf.TensorInfo, transposeA: boolean, transposeB: boolean) {
  if (a.dtype !== "float32" || b.dtype !== "float32") {
    throw new CourseError("bad-value", `matMul: operands are ${a.dtype} and ${b.dtype}; cast both to float32`);
  }
  const [M, K] = transposeA ? a.shape.slice(-2).reverse() : a.shape.slice(-2);
  const [depthB, N] = transposeB ? b.shape.slice(-2).reverse() : b.shape.slice(-2);
  if (K !== depthB) {
    throw new CourseError(
      "bad-shape",
      `matMul: inner lengths ${K} and ${depthB} of [${a.shape}] and [${b.shape}] differ`,
    );
  }
  const [batchA, batchB] = [a.shape.slice(0, -2), b.shape.slice(0, -2)];
  const batchShape = tf.broadcast_util.assertAndGetBroadcastShape(batchA, batchB);
  const out = heap.output([...batchShape, M, N]);
  const [atOut, atA, atB] = [out, a, b].map((tensor) => heap.address(tensor));
  const product = (i: number, offsetA: number, offsetB: number, batch: number, stepA: number, stepB: number) =>
    gemm(heap, {
      addresses: [atOut + 4 * i * M * N, atA + 4 * offsetA, atB + 4 * offsetB],
      ...{ stepA, stepB, M, N, K, transposeA, transposeB, batch },
    });
  const offsetsA = batchOffsets(batchA, batchShape, M * K);
  const offsetsB = batchOffsets(batchB, batchShape, K * N);
  const [stepA, stepB] = [evenStep(offsetsA), evenStep(offsetsB)];
  if (M * N > 0 && K === 0) heap.floats(atOut, tf.util.sizeFromShape(out.shape)).fill(0);
  else if (M * N === 0) return out;
  else if (stepA !== undefined && stepB !== undefined) product(0, 0, 0, offsetsA.length, stepA, stepB);
  else offsetsA.forEach((offsetA, i) => product(i, offsetA, offsetsB[i], 1, 0, 0));
  return out;
}

/**
 * BatchMatMul for any transposes and any broadcast batch. The stock kernel multiplies transposed and batched operands one
 * element at a time, and keeps a packed copy of its right operand that goes stale when a weight is updated in place.
 */
export const batchMatMul =
  (heap: WasmHeap) =>
  ({ inputs, attrs }: KernelArguments): tf.TensorInfo =>
    multiply(heap, inputs.a, inputs.b, attrs?.transposeA as boolean, attrs?.transposeB as boolean);

/** The product that tf.layers uses, with bias and activation; overridden for the same stale copy. */
export const fusedMatMul =
  (heap: WasmHeap) =>
  ({ inputs, attrs }: KernelArguments): tf.TensorInfo => {
    const { a, b, bias, preluActivationWeights } = inputs;
    const out = multiply(heap, a, b, attrs?.transposeA as boolean, attrs?.transposeB as boolean);
    const view = (tensor: tf.TensorInfo) => heap.backend.typedArrayFromHeap(tensor) as Float32Array;
    const [values, width] = [view(out), out.shape[out.shape.length - 1]];
    const biases = bias && view(bias);
    const slopes = preluActivationWeights && view(preluActivationWeights);
    const activate = activations[attrs?.activation as string];
    if (!activate) throw new CourseError("bad-value", `fused matMul: no activation "${attrs?.activation}" on wasm`);
    for (let i = 0; i < values.length; i++) {
      const column = i % width;
      const x = biases ? values[i] + biases[biases.length === 1 ? 0 : column] : values[i];
      values[i] = activate(x, slopes ? slopes[slopes.length === 1 ? 0 : column] : (attrs?.leakyreluAlpha as number));
    }
    return out;
  };
