import * as tf from "@tensorflow/tfjs";

/** Runs a kernel of our own on the backend in use. */
export const runKernel = (name: string, inputs: Record<string, tf.Tensor>, attrs?: tf.NamedAttrMap): tf.Tensor[] =>
  tf.engine().runKernel(name, inputs, attrs) as unknown as tf.Tensor[];

/**
 * A function of `inputs` whose gradient is written out.
 *
 * @param forward gives the value, and what `backward` will need of it
 * @param backward from the value's gradient to one gradient per input
 */
export function differentiable<T extends tf.Tensor>(
  inputs: tf.Tensor[],
  forward: () => { value: T; saved: tf.Tensor[] },
  backward: (dy: T, saved: tf.Tensor[]) => tf.Tensor[],
): T {
  return tf.customGrad<T>((...inputsAndSave) => {
    const save = inputsAndSave[inputs.length] as tf.GradSaveFunc;
    const { value, saved } = forward();
    save(saved);
    return { value, gradFunc: backward };
  })(...inputs);
}
