import type * as tf from "@tensorflow/tfjs";
import { CourseError } from "../errors";
import { type Arithmetic, maskedMean } from "./arithmetic/arithmetic";
import { tensorArithmetic } from "./arithmetic/tensors";
import { checkChoice, checkRange, checkSameShape } from "./checks";
import { type ClipOptions, clippedPolicyLoss } from "./clippedRatio";
import { type GroupAdvantageOptions, groupAdvantagesWith } from "./groupAdvantages";
import { klOfLogRatio } from "./kl";
import type { ObjectiveResult } from "./result";

/**
 * Group relative policy optimisation: PPO's clipped loss with the advantage of a reply within its group on every token,
 * no value model, and the KL in the loss.
 *
 *   l_it = max(−A_i r_it, −A_i clip(r_it, 1 − clipLow, 1 + clipHigh)) + β k3_it      or + β r_it k3_it
 *   sequence-mean  L = 1/N Σ_i [Σ_t m l / Σ_t m]     every reply weighs the same (GRPO); an empty one adds 0
 *   token-mean     L = Σ_i Σ_t m l / Σ_i Σ_t m       every token weighs the same (DAPO)
 *   fixed-length   L = 1/N Σ_i [Σ_t m l / maxLength] a constant in place of the length (Dr. GRPO)
 *
 * Shao et al. 2024, arXiv:2402.03300, eq. 3 and 4; DAPO, Yu et al. 2025, arXiv:2503.14476, eq. 8;
 * Dr. GRPO, Liu et al. 2025, arXiv:2503.20783, section 3.2. {@link grpoSettings} names the three.
 * k3 has the KL's value on the policy's own samples, not its gradient: at r = 1 it pulls along KL(π_ref‖π). Times the
 * importance ratio r it has both, whichever policy sampled: DeepSeek-V3.2, arXiv:2512.02556, "unbiased KL estimate".
 * The loss starts near 0 because advantages are centred: its *value* says little, its gradient is what trains.
 * Elsewhere: β 0 in TRL (and token-mean, its `dapo`), 0.04 in the paper, 0.05 in open-instruct. k3 is weighted in TRL
 * (`use_bias_correction_kl`, on by default), not in the paper and not here unless `klImportanceWeighting` is set.
 */
export const grpoAggregations = ["sequence-mean", "token-mean", "fixed-length"] as const;

export interface GroupLossOptions extends Pick<ClipOptions, "clipLow" | "clipHigh"> {
  /** β ≥ 0, the weight of k3 in the loss; needs `referenceLogps`. Default 0. */
  beta?: number;
  /** Multiply each token's k3 by its ratio r, gradient and metric included. Without effect while β is 0. Default false. */
  klImportanceWeighting?: boolean;
  /** Default `sequence-mean`. */
  aggregation?: (typeof grpoAggregations)[number];
  /** What `fixed-length` divides by, > 0: the longest reply the run allows. Default T, the arrays' width. */
  maxLength?: number;
}
export interface GrpoOptions extends GroupLossOptions, GroupAdvantageOptions {}

/** Published methods as settings of these options. */
export const grpoSettings = {
  grpo: { scale: "group", aggregation: "sequence-mean", clipLow: 0.2, clipHigh: 0.2, beta: 0.04 },
  dapo: { scale: "group", aggregation: "token-mean", clipLow: 0.2, clipHigh: 0.28, beta: 0 },
  "dr-grpo": { scale: "none", aggregation: "fixed-length", clipLow: 0.2, clipHigh: 0.2, beta: 0 },
} as const satisfies Record<string, GrpoOptions>;

/** Each [N,T] with N = P·G replies, the G of a prompt together; what is masked may be NaN. */
export interface GroupLossInputs<A> {
  logps: A;
  oldLogps: A;
  referenceLogps?: A;
  mask: A;
}
export interface GrpoInputs<A> extends GroupLossInputs<A> {
  /** [P,G]. */
  rewards: A;
}

export interface GroupLossResult<A, Loss = A> extends ObjectiveResult<A, Loss> {
  /** l [N,T], 0 where masked. */
  perToken: A;
}
export interface GrpoResult<A, Loss = A> extends GroupLossResult<A, Loss> {
  /** A [P,G]. */
  advantages: A;
}

/** The loss for given advantages [N] of replies: GRPO's here, RLOO's or anyone's; see {@link grpo} for shapes. */
export function groupLossWith<A>(
  m: Arithmetic<A>,
  inputs: GroupLossInputs<A> & { advantages: A },
  options: GroupLossOptions = {},
): GroupLossResult<A> {
  const { logps, oldLogps, referenceLogps, mask } = inputs;
  const { clipLow, clipHigh, beta = 0, klImportanceWeighting = false, aggregation = "sequence-mean" } = options;
  const shape = m.shapeOf(logps);
  const { maxLength = shape[1] } = options;
  checkChoice("grpo", { aggregation }, grpoAggregations);
  checkRange("grpo", { beta }, "≥ 0", beta >= 0 && Number.isFinite(beta));
  checkRange("grpo", { maxLength }, "> 0", maxLength > 0 && Number.isFinite(maxLength));
  const advantages = m.spread(inputs.advantages, shape); // the reply's advantage on each of its tokens
  const policy = clippedPolicyLoss(m, "grpo", { logps, oldLogps, advantages, mask }, { clipLow, clipHigh });
  const k3 = referenceDivergence(m, { logps, oldLogps, referenceLogps, mask }, beta);
  const divergence = k3 && klImportanceWeighting ? m.mul(k3, policy.ratio) : k3; // r: 1 where masked, held in e^±20
  const perToken = divergence && beta > 0 ? m.add(policy.perToken, m.mul(divergence, beta)) : policy.perToken;

  const sums = m.sumLast(m.masked(perToken, mask)); // [N]
  const counts = m.atLeast(m.sumLast(mask), 1);
  const perExample = aggregation === "fixed-length" ? m.div(sums, maxLength) : m.div(sums, counts);
  return {
    loss: aggregation === "token-mean" ? maskedMean(m, perToken, mask) : m.mean(perExample),
    perExample,
    perToken,
    metrics: { ...policy.metrics, ...(divergence && { kl: maskedMean(m, m.detach(divergence), mask) }) },
  };
}

/** k3 of each token, 0 where masked; undefined without a reference. */
function referenceDivergence<A>(m: Arithmetic<A>, inputs: GroupLossInputs<A>, beta: number): A | undefined {
  const { logps, referenceLogps, mask } = inputs;
  if (referenceLogps) {
    checkSameShape("grpo", { logps, referenceLogps }, m.shapeOf, "[N,T], one entry per token");
    return klOfLogRatio(m, m.masked(m.sub(logps, m.detach(referenceLogps)), mask), { estimator: "k3" });
  }
  if (beta === 0) return undefined;
  throw new CourseError(
    "bad-value",
    `grpo: option beta is ${beta} but referenceLogps is missing; give it, or drop beta`,
  );
}

/** The formula on any kind of array; see {@link grpo} for shapes. */
export function grpoWith<A>(m: Arithmetic<A>, inputs: GrpoInputs<A>, options: GrpoOptions = {}): GrpoResult<A> {
  const advantages = m.detach(groupAdvantagesWith(m, inputs.rewards, options));
  const [prompts, replies] = m.shapeOf(advantages);
  const rows = m.shapeOf(inputs.logps)[0];
  if (rows !== prompts * replies) {
    throw new CourseError(
      "bad-shape",
      `grpo: logps has ${rows} rows for rewards [${prompts},${replies}]; expected ${prompts * replies}, a row each reply`,
    );
  }
  return { ...groupLossWith(m, { ...inputs, advantages: m.reshape(advantages, [rows]) }, options), advantages };
}

/**
 * @param inputs rewards [P,G]; log-probs and mask [P·G,T], the G replies of a prompt in neighbouring rows
 * @returns loss []; advantages [P,G]; perToken [P·G,T]; perExample [P·G] (means of a row, or sums / maxLength);
 * metrics policy/clipfrac, policy/approxkl, val/ratio, and kl (k3, weighted where that is asked for) with a reference
 */
export const grpo = (inputs: GrpoInputs<tf.Tensor>, options: GrpoOptions = {}) =>
  grpoWith(tensorArithmetic, inputs, options) as GrpoResult<tf.Tensor, tf.Scalar>;

/** {@link groupLossWith} on tensors: for RLOO, give it RLOO's advantages, reshaped to [P·G]. */
export const groupLoss = (
  inputs: GroupLossInputs<tf.Tensor> & { advantages: tf.Tensor },
  options: GroupLossOptions = {},
) => groupLossWith(tensorArithmetic, inputs, options) as GroupLossResult<tf.Tensor, tf.Scalar>;
