import * as tf from "@tensorflow/tfjs";
import { wasmHeap } from "../wasm/install";

/** √(Σ x²) over every element of every tensor: the norm that gradient clipping looks at. Read back to a number. */
export function globalNorm(tensors: tf.Tensor[]): number {
  return Math.sqrt(tensors.reduce((total, tensor) => total + sumOfSquares(tensor), 0));
}

function sumOfSquares(tensor: tf.Tensor): number {
  const heap = wasmHeap();
  if (heap) return heap.kernels.sumOfSquares(heap.address(tensor), tensor.size);
  return tf.tidy(() => tf.sum(tf.square(tensor)).dataSync()[0]);
}
