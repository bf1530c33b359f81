import * as tf from "@tensorflow/tfjs";

/** The tape records only what runs at kernel depth 0; TF.js keeps that counter to itself. */
const engine = () => tf.engine() as unknown as { state: { kernelDepth: number } };

/**
 * The same values as a constant [any shape]: no gradient flows through. A comparison inside a loss must look at this,
 * since TF.js has no gradient for comparisons and refuses even the zero one.
 */
export function stopGradient<T extends tf.Tensor>(x: T): T {
  const { state } = engine();
  state.kernelDepth++;
  try {
    return x.clone();
  } finally {
    state.kernelDepth--;
  }
}
