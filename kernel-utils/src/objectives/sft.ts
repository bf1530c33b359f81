import type * as tf from "@tensorflow/tfjs";
import type { Arithmetic } from "./arithmetic/arithmetic";
import { tensorArithmetic } from "./arithmetic/tensors";
import { checkChoice, checkRank, checkSameShape } from "./checks";
import type { ObjectiveResult } from "./result";

/**
 * Supervised fine-tuning: negative log-likelihood of the response tokens, given the prompt.
 *
 *   token          L = −Σ_b Σ_t m_bt log π(y_bt) / Σ_b Σ_t m_bt      every token weighs the same
 *   sequence-mean  L = −mean_b [Σ_t m_bt log π(y_bt) / Σ_t m_bt]     every sequence weighs the same
 *   sequence-sum   L = −mean_b [Σ_t m_bt log π(y_bt)]                long sequences weigh more
 *
 * Ouyang et al. 2022, arXiv:2203.02155, section 3.5 trains on demonstrations; which tokens count and how they are
 * averaged is a convention on which libraries differ: TRL and NeMo RL use `token`, OpenRLHF offers `sequence-mean`,
 * the DPO reference code's SFT stage uses `sequence-sum`.
 */
export const sftReductions = ["token", "sequence-mean", "sequence-sum"] as const;

export interface SftOptions {
  /** How token losses become one number. Default `token`. */
  reduction?: (typeof sftReductions)[number];
}

/** The formula on any kind of array; see {@link sft} for shapes. */
export function sftWith<A>(m: Arithmetic<A>, tokenLogps: A, mask: A, options: SftOptions = {}): ObjectiveResult<A> {
  const { reduction = "token" } = options;
  checkRank("sft", "tokenLogps", m.shapeOf(tokenLogps), ["B", "T"]);
  checkSameShape("sft", { tokenLogps, mask }, m.shapeOf, "[B,T], one entry per target token");
  checkChoice("sft", { reduction }, sftReductions);

  const counted = m.sumLast(mask); // tokens that count, [B]
  const negativeLogLikelihood = m.neg(m.sumLast(m.masked(tokenLogps, mask))); // [B], nats
  const tokens = m.sum(counted);
  const metrics = { tokens: m.detach(tokens) };
  if (reduction === "sequence-sum") {
    return { loss: m.mean(negativeLogLikelihood), perExample: negativeLogLikelihood, metrics };
  }
  const perExample = m.div(negativeLogLikelihood, m.atLeast(counted, 1));
  if (reduction === "token") {
    return { loss: m.div(m.sum(negativeLogLikelihood), m.atLeast(tokens, 1)), perExample, metrics };
  }
  // A row with nothing to learn is left out of the average, so it cannot dilute the others.
  const sequences = m.sum(m.greater(counted, m.mul(counted, 0)));
  return { loss: m.div(m.sum(perExample), m.atLeast(sequences, 1)), perExample, metrics };
}

/**
 * @param tokenLogps log π(token), nats, [B,T]; entries outside the mask may hold anything, even NaN
 * @param mask 1 for response tokens, EOS included; 0 for prompt and padding; [B,T]
 * @returns loss []; perExample [B] (means, or sums for `sequence-sum`); metrics.tokens, the number of counted tokens
 */
export const sft = (tokenLogps: tf.Tensor, mask: tf.Tensor, options: SftOptions = {}) =>
  sftWith(tensorArithmetic, tokenLogps, mask, options) as ObjectiveResult<tf.Tensor1D, tf.Scalar>;
