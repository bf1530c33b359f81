import * as tf from "@tensorflow/tfjs";
import type { LanguageModel } from "../model";
import { checkIndexRange, projectedTokenLogps } from "../tensor";
import { type Batch, ignoreIndex } from "./batching";

/** As `SequenceLogps`, less what no objective asks of a batch. */
export interface CompletionLogps {
  /** log π(token t+1 | tokens ≤ t), nats, 0 where ignored [B, T−1] */
  perToken: tf.Tensor2D;
  /** 1 where the label counts [B, T−1] */
  mask: tf.Tensor2D;
  /** Sum over the tokens that count [B] */
  sum: tf.Tensor1D;
}

/**
 * `sequenceLogps(model.forward(tokens), labels)`, without what nobody looks at: padding is left out, and the end
 * of the last layer and the vocabulary projection run only on the positions whose next label counts. A test holds the two equal, values and gradients.
 */
export function completionLogps(model: LanguageModel, batch: Batch): CompletionLogps {
  return tf.tidy(() => {
    const { rows: B, length: T } = batch;
    const targets = targetsOf(batch);
    checkIndexRange("completionLogps: label", targets.labels, model.config.vocab_size);
    const counted = model.hiddenAt(batch, targets.positions);
    const logps = projectedTokenLogps(counted, model.vocabularyWeight, tf.tensor1d(targets.labels, "int32"));
    const orZero = tf.concat([logps, tf.zeros([1])]);
    const perToken: tf.Tensor2D = tf.reshape(tf.gather(orZero, tf.tensor1d(targets.slots, "int32")), [B, T - 1]);
    return { perToken, mask: tf.tensor2d(targets.mask, [B, T - 1]), sum: tf.sum(perToken, 1) as tf.Tensor1D };
  });
}

interface Targets {
  /** Row-major position in [B, T] that predicts each counted label. */
  positions: Int32Array;
  labels: Int32Array;
  /** For each of [B, T−1] which counted label it is; the number of them where it is none. */
  slots: Int32Array;
  mask: Float32Array;
}

function targetsOf({ rows: B, length: T, labels }: Batch): Targets {
  const positions: number[] = [];
  const slots = new Int32Array(B * (T - 1)).fill(-1);
  for (let row = 0; row < B; row++) {
    for (let t = 0; t + 1 < T; t++) {
      if (labels[row * T + t + 1] === ignoreIndex) continue;
      slots[row * (T - 1) + t] = positions.length;
      positions.push(row * T + t);
    }
  }
  return {
    positions: Int32Array.from(positions),
    labels: Int32Array.from(positions, (position) => labels[position + 1]),
    slots: slots.map((slot) => (slot < 0 ? positions.length : slot)),
    mask: Float32Array.from(slots, (slot) => (slot < 0 ? 0 : 1)),
  };
}
