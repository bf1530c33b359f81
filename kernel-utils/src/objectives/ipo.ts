import type * as tf from "@tensorflow/tfjs";
import type { Arithmetic } from "./arithmetic/arithmetic";
import { tensorArithmetic } from "./arithmetic/tensors";
import { checkChoice, checkRange } from "./checks";
import { type DpoInputs, type DpoResult, lengthsOf } from "./dpo";
import { ipoLoss } from "./dpoVariants";
import { checkVectors, pairMetrics } from "./pairs";

/**
 * Identity Preference Optimization: regress the margin on a finite target, so that a preference everybody shares does
 * not pull it to infinity.
 *
 *   L = (x − 1/(2τ))²,   x = h on sums,   x = ratio_w/|y_w| − ratio_l/|y_l| on means
 *
 * Azar et al. 2023, arXiv:2310.12036, eq. 17. Where a pair is preferred with probability p, the best x is (2p − 1)/(2τ).
 * The paper does not say which of the two x is meant, and libraries differ: sums in the DPO reference code, OpenRLHF and
 * TRL's online trainers; means in TRL's DPO trainer and HALOs. With τ = 0.1 the target is 5 nats, for a whole reply or
 * for each of its tokens: the two want different τ.
 */
export interface IpoOptions {
  /** τ, the pull to the reference, > 0. Default 0.1. */
  tau?: number;
  /** Whether x compares whole replies or their tokens' means, which need the lengths. Default `sum`. */
  logps?: (typeof ipoLogps)[number];
}

export const ipoLogps = ["sum", "mean"] as const;
export const ipoDefaults = { tau: 0.1, logps: "sum" } satisfies Required<IpoOptions>;

/** The formula on any kind of array; see {@link ipo} for shapes. */
export function ipoWith<A>(m: Arithmetic<A>, inputs: DpoInputs<A>, options: IpoOptions = {}): DpoResult<A> {
  const { tau, logps }: Required<IpoOptions> = { ...ipoDefaults, ...options };
  checkVectors("ipo", m, inputs);
  checkRange("ipo", { tau }, "> 0", tau > 0 && Number.isFinite(tau));
  checkChoice("ipo", { logps }, ipoLogps);

  const chosenLogRatio = m.sub(inputs.policyChosenLogps, inputs.referenceChosenLogps);
  const rejectedLogRatio = m.sub(inputs.policyRejectedLogps, inputs.referenceRejectedLogps);
  const x =
    logps === "sum" ? m.sub(chosenLogRatio, rejectedLogRatio) : ofMeans(m, inputs, chosenLogRatio, rejectedLogRatio);
  const perExample = ipoLoss(m, x, tau);
  const metrics = pairMetrics(
    m,
    { chosen: inputs.policyChosenLogps, rejected: inputs.policyRejectedLogps },
    { chosen: m.mul(chosenLogRatio, tau), rejected: m.mul(rejectedLogRatio, tau) },
  );
  return { loss: m.mean(perExample), perExample, logits: x, metrics };
}

function ofMeans<A>(m: Arithmetic<A>, inputs: DpoInputs<A>, chosen: A, rejected: A): A {
  const { chosenLengths, rejectedLengths } = lengthsOf(inputs, "ipo");
  return m.sub(m.div(chosen, m.atLeast(chosenLengths, 1)), m.div(rejected, m.atLeast(rejectedLengths, 1)));
}

/**
 * @param inputs log-probs summed over completion tokens; each [B], in nats; lengths [B] for `mean`
 * @returns loss [] is the batch mean; perExample [B]; logits [B] is x; rewards in the metrics are τ log π/π_ref of sums
 */
export const ipo = (inputs: DpoInputs<tf.Tensor>, options: IpoOptions = {}) =>
  ipoWith(tensorArithmetic, inputs, options) as DpoResult<tf.Tensor1D, tf.Scalar>;
