import type * as tf from "@tensorflow/tfjs";
import { CourseError } from "../errors";
import type { Arithmetic } from "./arithmetic/arithmetic";
import { tensorArithmetic } from "./arithmetic/tensors";
import { checkChoice, checkRange } from "./checks";
import { type DivergenceName, divergence, divergenceNames } from "./divergences";
import { type DpoVariant, type DpoVariantRow, dpoVariants, variantRow } from "./dpoVariants";
import { checkVectors, type PairLengths, type PairLogps, pairMetrics } from "./pairs";
import type { ObjectiveResult } from "./result";

/**
 * Direct Preference Optimization: fit preferences through the policy's own implicit reward.
 *
 *   h = log π(y_w|x)/π_ref(y_w|x) − log π(y_l|x)/π_ref(y_l|x)
 *   L = −(1 − ε) log σ(βh) − ε log σ(−βh)
 *
 * ε = 0: Rafailov et al. 2023, arXiv:2305.18290, eq. 7; ε > 0: Mitchell 2023, eq. 3. The other variants, each one
 * line with its source, are in dpoVariants.ts, the divergences in divergences.ts.
 * Derived in notebooks/06-dpo.ipynb.
 */
export interface DpoOptions {
  /** β, the pull to the reference, > 0; larger stays closer. Default 0.1 (TRL, OpenRLHF); NeMo RL 0.05. */
  beta?: number;
  /** The line that turns the margin h into a loss. Default `sigmoid`. */
  variant?: DpoVariant;
  /** ε, the share of labels taken to be flipped, 0 ≤ ε < 0.5. Default 0. Enters the variants that say so. */
  labelSmoothing?: number;
  /** Drop the reference from h, as if it were uniform. The logged rewards still subtract it. Default false. */
  referenceFree?: boolean;
  /** The divergence that holds the policy to the reference. Default `reverse-kl`. */
  divergence?: DivergenceName;
  /** α of the `alpha` divergence; 0 is forward KL, 1 reverse KL. Default 0.5. */
  alpha?: number;
  /**
   * Adds lengthPenalty·(|y_w| − |y_l|) to the logit βh. Park et al. 2024, arXiv:2403.19159.
   * Default 0; needs the lengths.
   */
  lengthPenalty?: number;
  /** τ of `discopop`, > 0. Default 0.05. */
  discopopTau?: number;
}

export const dpoDefaults = {
  beta: 0.1,
  variant: "sigmoid",
  labelSmoothing: 0,
  referenceFree: false,
  divergence: "reverse-kl",
  alpha: 0.5,
  lengthPenalty: 0,
  discopopTau: 0.05,
} satisfies Required<DpoOptions>;

export type DpoInputs<A> = PairLogps<A> & PairLengths<A>;

export interface DpoResult<A, Loss = A> extends ObjectiveResult<A, Loss> {
  /** What β multiplies, [B] in nats: h, or what takes its place under another divergence, variant or length penalty. */
  logits: A;
}

/** The formula on any kind of array; see {@link dpo} for shapes. */
export function dpoWith<A>(m: Arithmetic<A>, inputs: DpoInputs<A>, options: DpoOptions = {}): DpoResult<A> {
  const chosen = { ...dpoDefaults, ...options } as Required<DpoOptions>;
  checkVectors("dpo", m, inputs);
  checkOptions(chosen, inputs);
  const { beta, labelSmoothing: epsilon, discopopTau } = chosen;
  const row = variantRow(chosen.variant);
  const { policyChosenLogps, policyRejectedLogps } = inputs;
  const chosenLogRatio = m.sub(policyChosenLogps, inputs.referenceChosenLogps);
  const rejectedLogRatio = m.sub(policyRejectedLogps, inputs.referenceRejectedLogps);

  const f = divergence(chosen.divergence);
  const centred = (logRatio: A): A => f.score(m, logRatio, chosen.alpha);
  const chosenScore = centred(chosen.referenceFree ? policyChosenLogps : chosenLogRatio);
  const rejectedScore = centred(chosen.referenceFree ? policyRejectedLogps : rejectedLogRatio);
  const unpenalised = marginOf(m, row.margin, inputs, chosenScore, rejectedScore, chosen.referenceFree);
  const margin = chosen.lengthPenalty === 0 ? unpenalised : m.add(unpenalised, lengthTerm(m, inputs, chosen));

  const offset = f.offset(chosen.alpha);
  const terms = { margin, chosenScores: m.add(chosenScore, offset), rejectedScores: m.add(rejectedScore, offset) };
  const perExample = row.loss(m, terms, { beta, epsilon, discopopTau });
  const rewards = { chosen: m.mul(chosenLogRatio, beta), rejected: m.mul(rejectedLogRatio, beta) };
  const metrics = pairMetrics(m, { chosen: policyChosenLogps, rejected: policyRejectedLogps }, rewards);
  return { loss: m.mean(perExample), perExample, logits: margin, metrics };
}

function marginOf<A>(
  m: Arithmetic<A>,
  kind: DpoVariantRow["margin"],
  inputs: DpoInputs<A>,
  chosen: A,
  rejected: A,
  referenceFree: boolean,
): A {
  switch (kind) {
    case "scores":
    case "unused":
      return m.sub(chosen, rejected);
    case "mean-scores": {
      const { chosenLengths, rejectedLengths } = lengthsOf(inputs);
      return m.sub(m.div(chosen, m.atLeast(chosenLengths, 1)), m.div(rejected, m.atLeast(rejectedLengths, 1)));
    }
    case "sorted-replies":
      return m.sub(m.sort(chosen), m.sort(rejected));
    case "sorted-pairs": {
      const ofPolicy = m.sort(m.sub(inputs.policyChosenLogps, inputs.policyRejectedLogps));
      if (referenceFree) return ofPolicy;
      return m.sub(ofPolicy, m.sort(m.sub(inputs.referenceChosenLogps, inputs.referenceRejectedLogps)));
    }
  }
}

/** What the length penalty adds to the logit, divided by β like h. */
function lengthTerm<A>(m: Arithmetic<A>, inputs: DpoInputs<A>, { beta, lengthPenalty }: Required<DpoOptions>): A {
  const { chosenLengths, rejectedLengths } = lengthsOf(inputs);
  return m.mul(m.sub(chosenLengths, rejectedLengths), lengthPenalty / beta);
}

/** Both lengths, which the options in use need. */
export function lengthsOf<A>({ chosenLengths, rejectedLengths }: PairLengths<A>, objective = "dpo") {
  if (chosenLengths !== undefined && rejectedLengths !== undefined) return { chosenLengths, rejectedLengths };
  const missing = chosenLengths === undefined ? "chosenLengths" : "rejectedLengths";
  throw new CourseError(
    "bad-value",
    `${objective}: missing input "${missing}"; these options need the completion tokens of both replies, each [B]`,
  );
}

function checkOptions<A>(options: Required<DpoOptions>, inputs: PairLengths<A>): void {
  const { beta, variant, labelSmoothing, divergence: name, alpha, lengthPenalty, discopopTau } = options;
  checkRange("dpo", { beta }, "> 0", beta > 0 && Number.isFinite(beta));
  checkChoice("dpo", { variant }, dpoVariants);
  checkRange("dpo", { labelSmoothing }, "in [0, 0.5)", labelSmoothing >= 0 && labelSmoothing < 0.5);
  checkChoice("dpo", { divergence: name }, divergenceNames);
  checkRange("dpo", { alpha }, "finite", Number.isFinite(alpha));
  checkRange("dpo", { discopopTau }, "> 0", discopopTau > 0 && Number.isFinite(discopopTau));
  checkRange("dpo", { lengthPenalty }, "finite", Number.isFinite(lengthPenalty));
  const row = variantRow(variant);
  const hasMargin = row.margin === "scores" || row.margin === "mean-scores";
  checkRange(
    "dpo",
    { lengthPenalty },
    `0 under variant ${variant}, which has no logit βh`,
    hasMargin || lengthPenalty === 0,
  );
  if (!row.divergences && name !== "reverse-kl") {
    throw new CourseError(
      "bad-value",
      `dpo: option divergence is "${name}"; variant ${variant} is defined on log-ratios alone: use reverse-kl`,
    );
  }
  if (row.margin === "mean-scores" || lengthPenalty !== 0) lengthsOf(inputs);
}

/**
 * @param inputs log-probs summed over completion tokens; each [B], in nats; lengths where the options need them
 * @returns loss [] is the batch mean; perExample [B]; logits [B] is h; metrics are scalar tensors, not read back here
 */
export const dpo = (inputs: DpoInputs<tf.Tensor>, options: DpoOptions = {}) =>
  dpoWith(tensorArithmetic, inputs, options) as DpoResult<tf.Tensor1D, tf.Scalar>;
