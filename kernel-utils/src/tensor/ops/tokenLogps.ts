import * as tf from "@tensorflow/tfjs";
import { CourseError } from "../../errors";
import { hasKernel } from "../backend/kernelRegistry";
import { checkIndices } from "./checkIndices";
import { differentiable, runKernel } from "./fused";

/** The label of a position that does not count. */
export const ignoredLabel = -100;

/**
 * log softmax(logits)[label] of each row, in nats [N]; 0 with zero gradient where the label is −100.
 *
 *   log p_y = z_y − log Σ_v exp z_v,   ∂ log p_y / ∂z_v = 1[v = y] − p_v
 *
 * @param logits [N, V]
 * @param labels int32 [N], each in 0 … V − 1 or −100
 */
export function tokenLogps(logits: tf.Tensor2D, labels: tf.Tensor1D): tf.Tensor1D {
  const [N, V] = logits.shape;
  if (logits.rank !== 2 || labels.rank !== 1 || labels.shape[0] !== N) {
    const shapes = `labels has shape [${labels.shape}], logits has [${logits.shape}]`;
    throw new CourseError("bad-shape", `tokenLogps: ${shapes}; pass labels [N] beside logits [N, V]`);
  }
  checkIndices("tokenLogps: label", labels, V, ignoredLabel);
  return hasKernel("TokenLogps") ? tokenLogpsFused(logits, labels) : tokenLogpsPlain(logits, labels);
}

function tokenLogpsFused(logits: tf.Tensor2D, labels: tf.Tensor1D): tf.Tensor1D {
  const forward = () => {
    const [value, stats] = runKernel("TokenLogps", { logits, labels });
    return { value: value as tf.Tensor1D, saved: [logits, labels, stats] };
  };
  return differentiable([logits], forward, (dy, [logits, labels, stats]) =>
    runKernel("TokenLogpsGradient", { dy, logits, labels, stats }),
  );
}

/** The same from stock operations: the reference that the fused kernel is tested against. */
export function tokenLogpsPlain(logits: tf.Tensor2D, labels: tf.Tensor1D): tf.Tensor1D {
  const picked = tf.equal(tf.expandDims(labels, 1), tf.range(0, logits.shape[1], 1, "int32"));
  const logps = tf.logSoftmax(logits);
  return tf.sum(tf.where(picked, logps, tf.zerosLike(logps)), 1);
}
