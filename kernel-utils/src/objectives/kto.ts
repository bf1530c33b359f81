import type * as tf from "@tensorflow/tfjs";
import { type Arithmetic, sigmoid } from "./arithmetic/arithmetic";
import { tensorArithmetic } from "./arithmetic/tensors";
import { checkRange } from "./checks";
import { type LabelledLogps, labelledMetrics } from "./labelled";
import { checkVectors } from "./pairs";
import type { ObjectiveResult } from "./result";

/**
 * Kahneman–Tversky Optimization: replies with a thumb up or down, valued against what a reply is worth on average.
 *
 *   r = log π(y|x)/π_ref(y|x),   z0 = max(0, mean_i [log π(y'_i|x_i)/π_ref(y'_i|x_i)]),  held constant
 *   L = λ_D (1 − σ(β (r − z0)))  if y is desirable,   λ_U (1 − σ(β (z0 − r)))  if not
 *
 * Ethayarajh et al. 2024, arXiv:2402.01306. y'_i is the reply to another prompt of the same batch: TRL moves
 * the replies on by one prompt, HALOs moves them back by one. z0 is not multiplied by β before it meets r. TRL averages
 * over all processes and then takes the maximum; NeMo-Aligner takes it on each. A batch of one has no other prompt, and
 * z0 then measures the reply itself; and since z0 belongs to the batch, a split batch does not add up to the whole one.
 */
export interface KtoOptions {
  /** β, the pull to the reference, > 0. Default 0.1 (TRL, HALOs). */
  beta?: number;
  /** λ_D ≥ 0. Default 1. TRL warns unless λ_D n_D / (λ_U n_U) is in [1, 1.33]. */
  desirableWeight?: number;
  /** λ_U ≥ 0. Default 1. */
  undesirableWeight?: number;
}

export const ktoDefaults = { beta: 0.1, desirableWeight: 1, undesirableWeight: 1 } satisfies Required<KtoOptions>;

export interface KtoInputs<A> extends LabelledLogps<A> {
  /** Summed log-probs of the mismatched replies y'; each [B]. */
  klPolicyLogps: A;
  klReferenceLogps: A;
}

/** The formula on any kind of array; see {@link kto} for shapes. */
export function ktoWith<A>(m: Arithmetic<A>, inputs: KtoInputs<A>, options: KtoOptions = {}): ObjectiveResult<A> {
  const { beta, desirableWeight, undesirableWeight } = { ...ktoDefaults, ...options };
  checkVectors("kto", m, inputs, "[B], one entry per example");
  checkRange("kto", { beta }, "> 0", beta > 0 && Number.isFinite(beta));
  checkRange("kto", { desirableWeight }, ">= 0", desirableWeight >= 0 && Number.isFinite(desirableWeight));
  checkRange("kto", { undesirableWeight }, ">= 0", undesirableWeight >= 0 && Number.isFinite(undesirableWeight));

  const { policyLogps, referenceLogps, desirable } = inputs;
  const logRatio = m.sub(policyLogps, referenceLogps);
  const kl = m.relu(m.mean(m.sub(m.detach(inputs.klPolicyLogps), m.detach(inputs.klReferenceLogps))));
  const gain = m.mul(m.sub(logRatio, m.spread(kl, m.shapeOf(logRatio))), beta);
  const sign = m.sub(m.mul(desirable, 2), 1); // +1 desirable, −1 undesirable
  const weight = m.add(m.mul(desirable, desirableWeight - undesirableWeight), undesirableWeight);
  const perExample = m.mul(weight, sigmoid(m, m.neg(m.mul(sign, gain)))); // 1 − σ(x) = σ(−x), without cancellation
  return {
    loss: m.mean(perExample),
    perExample,
    metrics: { kl, ...labelledMetrics(m, inputs, m.mul(logRatio, beta)) },
  };
}

/**
 * @param inputs summed log-probs of the replies and of the mismatched ones, each [B], in nats; desirable 1 or 0, [B]
 * @returns loss [] is the mean over all examples; perExample [B]; metrics.kl is z0, without a gradient
 */
export const kto = (inputs: KtoInputs<tf.Tensor>, options: KtoOptions = {}) =>
  ktoWith(tensorArithmetic, inputs, options) as ObjectiveResult<tf.Tensor1D, tf.Scalar>;
