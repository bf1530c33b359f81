import * as tf from "@tensorflow/tfjs";

/** The tape in use; TF.js keeps it to itself. */
const engineState = () => (tf.engine() as unknown as { state: { activeTape: unknown } }).state;

/**
 * A gradient inside another's backward pass. TF.js starts a new tape for it and throws the old one away, though it still
 * has to release what that one saved: so the old one is put back.
 */
function innerGradients(f: (...xs: tf.Tensor[]) => tf.Tensor, xs: tf.Tensor[], dy: tf.Tensor): tf.Tensor[] {
  const state = engineState();
  const outerTape = state.activeTape;
  try {
    return tf.grads(f)(xs, dy);
  } finally {
    state.activeTape = outerTape;
  }
}

/**
 * y = f(x) that keeps nothing but x for the backward pass, which runs f again: activation checkpointing (Chen et al.
 * 2016, arXiv:1604.06174). Costs one more forward pass of f, saves all that happens inside it.
 *
 * @param f of x and of the constants; reads `weights` by itself
 * @param constants masks and indices that f needs, kept for the second run
 * @param weights everything else a gradient is wanted for
 */
export function recompute<T extends tf.Tensor>(
  f: (x: T, constants: tf.Tensor[]) => T,
  x: T,
  constants: tf.Tensor[],
  weights: tf.Tensor[],
): T {
  const run = tf.customGrad<T>((...inputsAndSave) => {
    const save = inputsAndSave[1 + weights.length] as tf.GradSaveFunc;
    save([x, ...constants]);
    const gradFunc = (dy: T, [savedX, ...savedConstants]: tf.Tensor[]) =>
      innerGradients((input) => f(input as T, savedConstants), [savedX, ...weights], dy);
    return { value: f(x, constants), gradFunc };
  });
  return run(x, ...weights);
}
