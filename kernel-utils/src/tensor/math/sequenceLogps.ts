import * as tf from "@tensorflow/tfjs";
import { CourseError } from "../../errors";
import { ignoredLabel, tokenLogps } from "../ops/tokenLogps";

/** Log-probabilities of label tokens under a model, in nats. Position t of `perToken` is about token t + 1. */
export interface SequenceLogps {
  /** log p(token t+1 | tokens ≤ t), 0 where ignored [B, T−1] */
  perToken: tf.Tensor2D;
  /** 1 where the label counts, 0 where it is ignored [B, T−1] */
  mask: tf.Tensor2D;
  /** Sum over the tokens that count [B] */
  sum: tf.Tensor1D;
  /** Mean over the tokens that count, 0 where none does [B] */
  mean: tf.Tensor1D;
  /** Number of tokens that count [B] */
  count: tf.Tensor1D;
}

/**
 * log π(y|x) of each row from next-token logits. The shift by one happens here and only here: the logits at position t
 * predict the label at position t + 1, so the first label and the last logits are never used.
 *
 * @param logits [B, T, V]
 * @param labels int32 [B, T]; `ignoreIndex` (−100) marks prompt and padding
 */
export function sequenceLogps(
  logits: tf.Tensor3D,
  labels: tf.Tensor2D,
  { ignoreIndex = ignoredLabel }: { ignoreIndex?: number } = {},
): SequenceLogps {
  const [B, T, V] = logits.shape;
  if (labels.shape[0] !== B || labels.shape[1] !== T || labels.rank !== 2) {
    const shapes = `labels has shape [${labels.shape}], logits has [${logits.shape}]`;
    throw new CourseError("bad-shape", `sequenceLogps: ${shapes}; pass labels [B, T] beside logits [B, T, V]`);
  }
  const targets = tf.slice(labels, [0, 1], [B, T - 1]);
  const mask = tf.cast(tf.notEqual(targets, ignoreIndex), "float32") as tf.Tensor2D;
  // The labels are moved, not the logits: the last position gets nothing to predict, and no [B, T−1, V] copy is made.
  const shifted = tf.where(tf.notEqual(targets, ignoreIndex), targets, tf.fill([B, T - 1], ignoredLabel, "int32"));
  const padded = tf.concat([shifted, tf.fill([B, 1], ignoredLabel, "int32")], 1);
  const flat = tokenLogps(tf.reshape(logits, [B * T, V]), tf.reshape(padded, [B * T]));
  const perToken = tf.slice(tf.reshape(flat, [B, T]), [0, 0], [B, T - 1]) as tf.Tensor2D;
  const sum: tf.Tensor1D = tf.sum(perToken, 1);
  const count: tf.Tensor1D = tf.sum(mask, 1);
  return { perToken, mask, sum, mean: tf.div(sum, tf.maximum(count, 1)), count };
}
