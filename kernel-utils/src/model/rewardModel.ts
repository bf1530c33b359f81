import * as tf from "@tensorflow/tfjs";
import { CourseError } from "../errors";
import type { Random } from "../tensor";
import { buildModel, type LanguageModel } from "./languageModel";
import type { TokenBatch } from "./packing";

/** Hugging Face's name of the head in `LlamaForSequenceClassification`. */
export const scoreName = "score.weight";

/**
 * A Llama whose last hidden states go to one number in place of the vocabulary:
 *
 *   V_t = w · h_t        score of a sequence = V at its last token
 *
 * Read at the last token it is a reward model (Ouyang et al. 2022, arXiv:2203.02155, section 3.5), read at every token
 * the critic of PPO. The head has no bias: rewards are only compared, and a critic learns a constant through w.
 */
export class RewardModel {
  /** @param score w [1, d]; body and w belong to the reward model from now on. The body's vocabulary goes unused. */
  constructor(
    readonly body: LanguageModel,
    readonly score: tf.Variable,
  ) {
    const width = body.config.hidden_size;
    if (!tf.util.arraysEqual(score.shape, [1, width])) {
      const what = `${scoreName} has shape [${score.shape}], the body needs [1,${width}]`;
      throw new CourseError("bad-shape", `RewardModel: ${what}; head and body must belong together`);
    }
    if (!body.config.tie_word_embeddings) {
      throw new CourseError(
        "bad-value",
        "RewardModel: the body has an lm_head that nothing would train; make the reward model with createRewardModel",
      );
    }
  }

  /** The body's own trainable parameters (its adapter's, where it has one), and the head. */
  get trainable(): ReadonlyMap<string, tf.Variable> {
    return new Map([...this.body.trainable, [scoreName, this.score]]);
  }

  /** V at some positions: row-major indices into [rows, length], none of them padding. [wanted.length] */
  valuesAt(batch: TokenBatch, wanted: Int32Array): tf.Tensor1D {
    return tf.tidy(() => {
      const hidden = this.body.hiddenAt(batch, wanted);
      return tf.reshape(tf.matMul(hidden, this.score as unknown as tf.Tensor2D, false, true), [wanted.length]);
    });
  }

  /** The score of each row [rows], read at its last token: the end token of a finished reply. */
  scores(batch: TokenBatch): tf.Tensor1D {
    return this.valuesAt(batch, lastTokens(batch));
  }

  clone(): RewardModel {
    return new RewardModel(
      this.body.clone(),
      tf.tidy(() => tf.variable(tf.mul(this.score, 1))),
    );
  }

  dispose(): void {
    this.body.dispose();
    this.score.dispose();
  }
}

/** Where each row ends, as an index into [rows, length]. Padding may stand on either side. */
function lastTokens({ rows, length, attentionMask }: TokenBatch): Int32Array {
  return Int32Array.from({ length: rows }, (_, row) => {
    const last = attentionMask.subarray(row * length, (row + 1) * length).lastIndexOf(1);
    if (last >= 0) return row * length + last;
    throw new CourseError("bad-shape", `RewardModel: row ${row} has no token; drop it`);
  });
}

export interface RewardModelInit {
  /**
   * Standard deviation of the head's weights. Default 1/√(d + 1), as for the reward models of Ziegler et al. 2019; 0 for
   * a critic that starts without an opinion, as in its code.
   */
  headStd?: number;
}

/** A reward model or critic that starts from a language model's weights; they are copied, its adapter's too. */
export function createRewardModel(
  start: LanguageModel,
  random: Random,
  { headStd = 1 / Math.sqrt(start.config.hidden_size + 1) }: RewardModelInit = {},
): RewardModel {
  if (!(headStd >= 0 && Number.isFinite(headStd))) {
    throw new CourseError("bad-value", `createRewardModel: headStd is ${headStd}; it must be 0 or more`);
  }
  const shape: [number, number] = [1, start.config.hidden_size];
  const score = tf.tidy(() =>
    tf.variable(headStd === 0 ? tf.zeros(shape) : random.fork(scoreName).normalTensor(shape, headStd)),
  );
  return new RewardModel(copyWithoutHead(start), score);
}

/** A copy whose vocabulary projection is gone: the embedding table, which is needed anyway, counts as tied. */
function copyWithoutHead(model: LanguageModel): LanguageModel {
  const config = { ...model.config, tie_word_embeddings: true };
  const copy = buildModel(config, (name) => tf.mul(model.parameters.get(name)!, 1)); // mul: a buffer of its own
  if (model.adapter) copy.useAdapter(model.adapter.clone());
  copy.checkpointLayers = model.checkpointLayers;
  return copy;
}
