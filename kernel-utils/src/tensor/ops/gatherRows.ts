import * as tf from "@tensorflow/tfjs";
import { hasKernel } from "../backend/kernelRegistry";
import { checkIndices } from "./checkIndices";
import { differentiable, runKernel } from "./fused";

/**
 * Rows of a matrix: out[i, :] = x[ids[i], :]; the gradient adds each row's back where it came from. As tf.gather, but a
 * copy of whole rows: the stock wasm kernel works out the place of every single number.
 *
 * @param x [N, d]
 * @param ids int32 [M], each in 0 … N − 1
 * @returns [M, d]
 */
export function gatherRows(x: tf.Tensor2D, ids: tf.Tensor1D): tf.Tensor2D {
  checkIndices("gatherRows: id", ids, x.shape[0]);
  return takeRows(x, ids);
}

/** The same for ids that were looked at already. */
export function takeRows(x: tf.Tensor2D, ids: tf.Tensor1D): tf.Tensor2D {
  if (!hasKernel("GatherRows")) return tf.gather(x, ids);
  const count = x.shape[0];
  const forward = () => ({ value: runKernel("GatherRows", { x, ids })[0] as tf.Tensor2D, saved: [ids] });
  return differentiable([x], forward, (dy, [ids]) => [tf.unsortedSegmentSum(dy, ids as tf.Tensor1D, count)]);
}
