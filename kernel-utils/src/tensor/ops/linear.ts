import * as tf from "@tensorflow/tfjs";
import { CourseError } from "../../errors";

/**
 * y = x Wᵀ without bias, the weight stored as checkpoints store it.
 * Always one 2-D product: core's gradient of a rank-broadcast matMul has the wrong shape (TF.js 4.22).
 *
 * @param x [..., in]
 * @param weight [out, in]
 * @returns [..., out]
 */
export function linear<T extends tf.Tensor>(x: T, weight: tf.Tensor2D): T {
  const [outSize, inSize] = weight.shape;
  if (x.shape[x.rank - 1] !== inSize || weight.rank !== 2) {
    const shapes = `x has shape [${x.shape}], weight has [${weight.shape}]`;
    throw new CourseError("bad-shape", `linear: ${shapes}; x must end in the weight's second length`);
  }
  const rows = tf.reshape(x, [x.size / inSize, inSize]);
  const product = tf.matMul(rows, weight, false, true);
  return tf.reshape(product, [...x.shape.slice(0, -1), outSize]) as T;
}
