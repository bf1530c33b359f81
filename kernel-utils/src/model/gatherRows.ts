import * as tf from "@tensorflow/tfjs";
import { hostMemory } from "./hostMemory";

/**
 * Rows of a matrix: out[i, :] = x[ids[i], :]; the gradient adds each row's back where it came from. As tf.gather, but a
 * copy of whole rows: the stock wasm kernel works out the place of every single number.
 *
 * @param x [N, d]
 * @param ids int32 [M]
 * @returns [M, d]
 */
export function gatherRows(x: tf.Tensor2D, ids: tf.Tensor1D): tf.Tensor2D {
  const gather = tf.customGrad<tf.Tensor2D>((...xAndSave) => {
    const [input, save] = xAndSave as unknown as [tf.Tensor2D, tf.GradSaveFunc];
    save([ids]);
    const gradFunc = (dy: tf.Tensor2D, [saved]: tf.Tensor[]) =>
      tf.unsortedSegmentSum(dy, saved as tf.Tensor1D, x.shape[0]);
    return { value: copyRows(input, ids), gradFunc };
  });
  return gather(x);
}

function copyRows(x: tf.Tensor2D, ids: tf.Tensor1D): tf.Tensor2D {
  const index = ids.dataSync<"int32">();
  const from = hostMemory(x);
  if (!from) return tf.gather(x, ids);
  const width = x.shape[1];
  const rows = new Float32Array(index.length * width);
  for (let i = 0; i < index.length; i++) {
    rows.set(from.subarray(index[i] * width, (index[i] + 1) * width), i * width);
  }
  return tf.tensor2d(rows, [index.length, width]);
}
