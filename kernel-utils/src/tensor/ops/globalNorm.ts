import * as tf from "@tensorflow/tfjs";
import { wasmHeap } from "../wasm/install";
import { sumOfSquaresOnHeap } from "../wasm/optimizer";

/** √(Σ x²) over every element of every tensor: the norm that gradient clipping looks at. Read back to a number. */
export function globalNorm(tensors: readonly tf.Tensor[]): number {
  const heap = wasmHeap();
  if (heap) return Math.sqrt(sumOfSquaresOnHeap(heap, tensors));
  const squares = tf.tidy(() => tf.stack(tensors.map((tensor) => tf.sum(tf.square(tensor)))).dataSync<"float32">());
  return Math.sqrt(squares.reduce((total, square) => total + square, 0));
}
