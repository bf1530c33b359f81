import type * as tf from "@tensorflow/tfjs";
import { CourseError } from "../errors";
import type { Arithmetic } from "./arithmetic/arithmetic";
import { tensorArithmetic } from "./arithmetic/tensors";
import { checkChoice, checkRange, checkRank, checkSameShape } from "./checks";
import { type KlEstimator, klOfLogRatio } from "./kl";

/**
 * The reward of each token in PPO for language models: a KL penalty everywhere, the score at the end of the reply.
 *
 *   r_t = −β kl_t + [t is the score's position] score        kl_t from log π − log π_ref; see {@link klOfLogRatio}
 *
 * Ziegler et al. 2019, arXiv:1909.08593, eq. 2, spread over tokens as in its code; Stiennon et al. 2020, section 3.4.
 * The score lands on EOS in OpenRLHF, HALOs and the RLHF book's code, on the position after it in TRL and in the
 * TL;DR reproduction. β: 0.05 in TRL, 0.01 in OpenRLHF and NeMo-Aligner, 0.15 and adaptive in OpenAI's code.
 * A reply without EOS keeps its score, loses `missingEosPenalty` (TRL), or scores −missingEosPenalty whatever it
 * says (OpenAI and the TL;DR reproduction, with 1).
 */
export const scorePositions = ["eos", "after-eos"] as const;
export const missingEosRules = ["none", "subtract", "replace"] as const;

export interface PpoRewardsOptions {
  /** β ≥ 0. Default 0.05. */
  klCoefficient?: number;
  /** Default `k1`. */
  estimator?: KlEstimator;
  /** Default `eos`: the last token; `after-eos`: the one after it, or the last where the row is full. */
  scorePosition?: (typeof scorePositions)[number];
  /** Default `none`; the others need `containsEos`. */
  missingEos?: (typeof missingEosRules)[number];
  /** ≥ 0. Default 1. */
  missingEosPenalty?: number;
}

export interface PpoRewardsInputs<A> {
  /** log π of the sampled tokens, nats, [B,T]; padding may hold anything. */
  logps: A;
  /** log π_ref of the same tokens, [B,T]. */
  referenceLogps: A;
  /** The reward model's score of each reply, [B]. */
  scores: A;
  /** Tokens of each reply up to and with EOS, 1 to T. */
  lengths: readonly number[];
  /** Whether each reply ended by itself. */
  containsEos?: readonly boolean[];
}

/** The formula on any kind of array; see {@link ppoRewards} for shapes. */
export function ppoRewardsWith<A>(m: Arithmetic<A>, inputs: PpoRewardsInputs<A>, options: PpoRewardsOptions = {}) {
  const { klCoefficient = 0.05, estimator, scorePosition = "eos" } = options;
  const { logps, referenceLogps, lengths } = inputs;
  checkRank("ppo-rewards", "logps", m.shapeOf(logps), ["B", "T"]);
  checkSameShape("ppo-rewards", { logps, referenceLogps }, m.shapeOf, "[B,T], one entry per token");
  const [batch, time] = m.shapeOf(logps);
  checkRange("ppo-rewards", { klCoefficient }, "≥ 0", klCoefficient >= 0 && Number.isFinite(klCoefficient));
  checkChoice("ppo-rewards", { scorePosition }, scorePositions);
  checkLengths(lengths, batch, time);

  const inRow = (test: (t: number, length: number) => boolean): A =>
    m.constant(
      lengths.flatMap((length) => Array.from({ length: time }, (_, t) => Number(test(t, length)))),
      [batch, time],
    );
  const counted = inRow((t, length) => t < length);
  const perToken = m.masked(klOfLogRatio(m, m.masked(m.sub(logps, referenceLogps), counted), { estimator }), counted);
  const scores = scoresByEos(m, inputs, batch, options);
  const scored = inRow((t, length) => t === (scorePosition === "eos" ? length - 1 : Math.min(length, time - 1)));
  const rewards = m.add(m.mul(perToken, -klCoefficient), m.masked(m.spread(scores, [batch, time]), scored));
  const kl = m.sumLast(perToken);
  const meanKl = m.detach(m.mean(kl));
  const meanScore = m.detach(m.mean(scores));
  const metrics = {
    "objective/kl": meanKl,
    "objective/non_score_reward": m.mul(meanKl, -klCoefficient),
    "objective/scores": meanScore,
    "objective/rlhf_reward": m.sub(meanScore, m.mul(meanKl, klCoefficient)),
  };
  return { rewards, kl, metrics };
}

/** The score of each reply after the rule for those that did not end, [B]. */
export function scoresByEos<A>(
  m: Arithmetic<A>,
  { scores, containsEos }: Pick<PpoRewardsInputs<A>, "scores" | "containsEos">,
  batch: number,
  { missingEos = "none", missingEosPenalty = 1 }: Pick<PpoRewardsOptions, "missingEos" | "missingEosPenalty">,
): A {
  checkChoice("ppo-rewards", { missingEos }, missingEosRules);
  checkRange("ppo-rewards", { missingEosPenalty }, "≥ 0", missingEosPenalty >= 0 && Number.isFinite(missingEosPenalty));
  const shape = m.shapeOf(scores);
  if (shape.length !== 1 || shape[0] !== batch) {
    throw new CourseError("bad-shape", `ppo-rewards: scores has shape [${shape}]; expected [${batch}], one a reply`);
  }
  if (containsEos && containsEos.length !== batch) {
    throw new CourseError(
      "bad-shape",
      `ppo-rewards: containsEos has ${containsEos.length} entries for ${batch} replies`,
    );
  }
  if (missingEos === "none") return scores;
  if (!containsEos) {
    throw new CourseError(
      "bad-value",
      `ppo-rewards: missingEos is "${missingEos}" but containsEos is missing; say which replies ended`,
    );
  }
  const ended = m.constant(containsEos.map(Number), [batch]);
  const penalty = m.mul(m.sub(ended, 1), missingEosPenalty); // −penalty where EOS is missing, else 0
  return m.add(missingEos === "replace" ? m.masked(scores, ended) : scores, penalty);
}

function checkLengths(lengths: readonly number[], batch: number, time: number): void {
  if (lengths.length !== batch) {
    throw new CourseError("bad-shape", `ppo-rewards: lengths has ${lengths.length} entries for ${batch} replies`);
  }
  const wrong = lengths.findIndex((length) => !Number.isInteger(length) || length < 1 || length > time);
  if (wrong < 0) return;
  throw new CourseError(
    "bad-value",
    `ppo-rewards: lengths[${wrong}] is ${lengths[wrong]}; expected 1 to ${time}, the tokens up to and with EOS`,
  );
}

/**
 * @param inputs log-probs [B,T], scores [B], lengths and containsEos as plain arrays
 * @returns rewards [B,T], 0 in the padding (but for a score after EOS); kl [B], summed over the reply, nats; metrics
 */
export const ppoRewards = (inputs: PpoRewardsInputs<tf.Tensor>, options: PpoRewardsOptions = {}) =>
  ppoRewardsWith(tensorArithmetic, inputs, options);

/**
 * The scores after the rule for replies without EOS, for methods that have no rewards of tokens.
 *
 * @param inputs scores [B] and which replies ended
 * @returns [B]
 */
export const repliesScores = (
  inputs: Pick<PpoRewardsInputs<tf.Tensor>, "scores" | "containsEos">,
  options: Pick<PpoRewardsOptions, "missingEos" | "missingEosPenalty"> = {},
): tf.Tensor => scoresByEos(tensorArithmetic, inputs, inputs.scores.size, options);
