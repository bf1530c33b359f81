import type * as tf from "@tensorflow/tfjs";
import { CourseError } from "../errors";
import type { Arithmetic } from "./arithmetic/arithmetic";
import { tensorArithmetic } from "./arithmetic/tensors";
import { checkRange, checkRank, checkSameShape } from "./checks";

/**
 * REINFORCE leave-one-out: each reply is compared with the mean of its siblings.
 *
 *   R_i = reward_i − β KL_i        baseline_i = Σ_{j≠i} R_j / (G − 1)        A_i = R_i − baseline_i
 *
 * Ahmadian et al. 2024, arXiv:2402.14740, eq. 7 and section 3.4; Kool et al. 2019. A_i = G/(G−1) · (R_i − mean R), so it
 * is GRPO's advantage without the division by the standard deviation, times G/(G−1).
 * Elsewhere: β 0.05 in TRL, no normalisation; the loss is the clipped ratio's (sequence ratio in TRL, token in OpenRLHF).
 */
export interface RlooOptions {
  /** β ≥ 0, the weight of `sequenceKl` in R. Default 0. */
  beta?: number;
}

export interface RlooInputs<A> {
  /** [P,G]: G replies to each of P prompts. */
  rewards: A;
  /** KL of each reply, summed over its tokens, nats, [P,G]. */
  sequenceKl?: A;
}

/** The formula on any kind of array; see {@link rloo} for shapes. */
export function rlooWith<A>(m: Arithmetic<A>, { rewards, sequenceKl }: RlooInputs<A>, { beta = 0 }: RlooOptions = {}) {
  checkRank("rloo", "rewards", m.shapeOf(rewards), ["P", "G"]);
  checkSameShape("rloo", { rewards, ...(sequenceKl && { sequenceKl }) }, m.shapeOf, "[P,G], one entry per reply");
  checkRange("rloo", { beta }, "≥ 0", beta >= 0 && Number.isFinite(beta));
  const shape = m.shapeOf(rewards);
  const siblings = shape[1] - 1;
  if (siblings < 1) {
    throw new CourseError("bad-shape", `rloo: rewards has shape [${shape}]; leaving one out takes 2 replies a prompt`);
  }
  if (beta > 0 && !sequenceKl) {
    throw new CourseError("bad-value", `rloo: option beta is ${beta} but sequenceKl is missing; give it, or drop beta`);
  }
  const total = sequenceKl ? m.sub(rewards, m.mul(sequenceKl, beta)) : rewards;
  // Relative to the first reply: equal rewards then give exactly 0 in float32 too.
  const first = m.spread(m.unstackLast(total)[0], shape);
  const relative = m.sub(total, first);
  const othersSum = m.sub(m.spread(m.sumLast(relative), shape), relative);
  const relativeBaselines = m.div(othersSum, siblings);
  return { advantages: m.sub(relative, relativeBaselines), baselines: m.add(relativeBaselines, first) };
}

/**
 * @param inputs rewards and KL, [P,G]
 * @returns advantages and baselines, [P,G]; the advantages of a prompt sum to 0
 */
export const rloo = (inputs: RlooInputs<tf.Tensor>, options: RlooOptions = {}) =>
  rlooWith(tensorArithmetic, inputs, options);
