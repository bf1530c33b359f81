import * as tf from "@tensorflow/tfjs";
import { CourseError } from "../../errors";

function visible(where: string, x: tf.Tensor, mask: tf.Tensor): tf.Tensor {
  if (!tf.util.arraysEqual(x.shape, mask.shape)) {
    throw new CourseError(
      "bad-shape",
      `${where}: mask has shape [${mask.shape}], x has [${x.shape}]; they must be equal`,
    );
  }
  return tf.notEqual(mask, 0);
}

/**
 * Sum of x where mask ≠ 0, over `axis` or over everything. What is masked may be NaN or infinite: it reaches neither the
 * value nor the gradient.
 */
export function maskedSum(x: tf.Tensor, mask: tf.Tensor, axis?: number): tf.Tensor {
  return tf.sum(tf.where(visible("maskedSum", x, mask), x, tf.zerosLike(x)), axis);
}

/** Mean of x where mask ≠ 0, over `axis` or over everything; 0 where nothing counts. */
export function maskedMean(x: tf.Tensor, mask: tf.Tensor, axis?: number): tf.Tensor {
  const count = tf.sum(tf.cast(visible("maskedMean", x, mask), "float32"), axis);
  return tf.div(maskedSum(x, mask, axis), tf.maximum(count, 1));
}
