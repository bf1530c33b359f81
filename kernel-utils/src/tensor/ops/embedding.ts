import * as tf from "@tensorflow/tfjs";
import { checkIndices } from "./checkIndices";
import { takeRows } from "./gatherRows";

/**
 * Rows of a table: out[…, :] = table[ids[…], :]. Its gradient adds each output row's gradient to the row it came from.
 *
 * @param table [V, d]
 * @param ids int32 [...]
 * @returns [..., d]
 */
export function embedding<R extends tf.Rank = tf.Rank>(table: tf.Tensor2D, ids: tf.Tensor): tf.Tensor<R> {
  checkIndices("embedding: id", ids, table.shape[0]);
  const rows = takeRows(table, tf.reshape(ids, [ids.size]));
  return tf.reshape(rows, [...ids.shape, table.shape[1]] as tf.ShapeMap[R]);
}
