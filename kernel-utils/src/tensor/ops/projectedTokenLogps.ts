import * as tf from "@tensorflow/tfjs";
import { CourseError } from "../../errors";
import { hasKernel } from "../backend/kernelRegistry";
import { checkIndices } from "./checkIndices";
import { differentiable, runKernel } from "./fused";
import { linear } from "./linear";
import { ignoredLabel, tokenLogps } from "./tokenLogps";

/**
 * log softmax(W h)[label] of each row, in nats [N]: `tokenLogps(linear(hidden, weight), labels)` with half its memory.
 * The logits [N, V] exist once: the backward pass writes their gradient over them, which nobody else can have seen.
 *
 *   z = W h,   log p_y = z_y − log Σ_v exp z_v,   ∂z = dy (1[v = y] − p),   ∂h = ∂z W,   ∂W = ∂zᵀ h
 *
 * @param hidden [N, d]
 * @param weight [V, d]
 * @param labels int32 [N], each in 0 … V − 1, or −100: then 0 with zero gradient
 */
export function projectedTokenLogps(hidden: tf.Tensor2D, weight: tf.Tensor2D, labels: tf.Tensor1D): tf.Tensor1D {
  if (!hasKernel("TokenLogpsGradientInPlace")) return tokenLogps(linear(hidden, weight), labels);
  const [N, d] = hidden.shape;
  if (weight.shape[1] !== d || labels.rank !== 1 || labels.shape[0] !== N) {
    const shapes = `hidden has shape [${hidden.shape}], weight [${weight.shape}], labels [${labels.shape}]`;
    throw new CourseError("bad-shape", `projectedTokenLogps: ${shapes}; pass [N, d], [V, d] and [N]`);
  }
  checkIndices("projectedTokenLogps: label", labels, weight.shape[0], ignoredLabel);
  return fused(hidden, weight, labels);
}

function fused(hidden: tf.Tensor2D, weight: tf.Tensor2D, labels: tf.Tensor1D): tf.Tensor1D {
  let isSpent = false;
  const forward = () => {
    const logits = tf.matMul(hidden, weight, false, true);
    const [value, stats] = runKernel("TokenLogps", { logits, labels });
    return { value: value as tf.Tensor1D, saved: [hidden, weight, labels, logits, stats] };
  };
  return differentiable([hidden, weight], forward, (dy, saved) => {
    if (isSpent)
      throw new CourseError("bad-value", "projectedTokenLogps: its gradient was asked for twice; compute it anew");
    isSpent = true;
    const [hidden, weight, labels, logits, stats] = saved as tf.Tensor2D[];
    const [dLogits] = runKernel("TokenLogpsGradientInPlace", { dy, logits, labels, stats }) as tf.Tensor2D[];
    return [tf.matMul(dLogits, weight), tf.matMul(dLogits, hidden, true)];
  });
}
