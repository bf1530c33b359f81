import * as tf from "@tensorflow/tfjs";

/** √(Σ x²) over every element of every tensor: the norm that gradient clipping looks at. Read back to a number. */
export function globalNorm(tensors: tf.Tensor[]): number {
  return Math.sqrt(tensors.reduce((total, tensor) => total + sumOfSquares(tensor), 0));
}

const sumOfSquares = (tensor: tf.Tensor): number => tf.tidy(() => tf.sum(tf.square(tensor)).dataSync()[0]);
