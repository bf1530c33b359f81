import * as tf from "@tensorflow/tfjs";
import { CourseError } from "../../errors";
import { hasKernel } from "../backend/kernelRegistry";
import { differentiable, runKernel } from "./fused";

/**
 * Root-mean-square normalisation over the last axis: y = w ⊙ x / √(mean(x²) + ε).
 * Zhang and Sennrich 2019, arXiv:1910.07467, eq. 4, with Llama's ε inside the root.
 *
 * @param x [..., d]
 * @param weight [d]
 */
export function rmsNorm<T extends tf.Tensor>(x: T, weight: tf.Tensor1D, epsilon = 1e-5): T {
  if (weight.rank !== 1 || x.shape[x.rank - 1] !== weight.shape[0]) {
    const shapes = `x has shape [${x.shape}], weight has [${weight.shape}]`;
    throw new CourseError("bad-shape", `rmsNorm: ${shapes}; weight must be [d] for x [..., d]`);
  }
  return hasKernel("RmsNorm") ? rmsNormFused(x, weight, epsilon) : rmsNormPlain(x, weight, epsilon);
}

function rmsNormFused<T extends tf.Tensor>(x: T, weight: tf.Tensor1D, epsilon: number): T {
  const forward = () => {
    const [value, scales] = runKernel("RmsNorm", { x, weight }, { epsilon });
    return { value: value as T, saved: [x, weight, scales] };
  };
  return differentiable([x, weight], forward, (dy, [x, weight, scales]) =>
    runKernel("RmsNormGradient", { dy, x, weight, scales }),
  );
}

/** The same from stock operations: the reference that the fused kernel is tested against. */
export function rmsNormPlain<T extends tf.Tensor>(x: T, weight: tf.Tensor1D, epsilon = 1e-5): T {
  const meanSquare = tf.mean(tf.square(x), -1, true);
  return tf.mul(tf.mul(x, tf.rsqrt(tf.add(meanSquare, epsilon))), weight) as T;
}
