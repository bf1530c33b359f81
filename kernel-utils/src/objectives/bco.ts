import type * as tf from "@tensorflow/tfjs";
import { type Arithmetic, logSigmoid } from "./arithmetic/arithmetic";
import { tensorArithmetic } from "./arithmetic/tensors";
import { checkRange } from "./checks";
import { type LabelledLogps, labelledMetrics } from "./labelled";
import { checkVectors } from "./pairs";
import type { ObjectiveResult } from "./result";

/**
 * Binary Classifier Optimization: the implicit reward as the logit of "is this reply desirable", shifted by δ.
 *
 *   r = β log π(y|x)/π_ref(y|x)
 *   L = −log σ(r − δ)  if y is desirable,   −log σ(−(r − δ))  if not
 *
 * Jung et al. 2024, arXiv:2404.04656. δ is a constant for the gradient: TRL keeps a running mean of all rewards and
 * updates it before use. Without `delta` this takes the mean reward of the batch at hand.
 */
export interface BcoOptions {
  /** β > 0. Default 0.1. */
  beta?: number;
  /** δ, as a trainer keeps it between batches. Default: the mean reward of this batch, held constant. */
  delta?: number;
}

export const bcoDefaults = { beta: 0.1 };

export interface BcoResult<A, Loss = A> extends ObjectiveResult<A, Loss> {
  /** δ as it was used, []. */
  delta: Loss;
}

/** The formula on any kind of array; see {@link bco} for shapes. */
export function bcoWith<A>(m: Arithmetic<A>, inputs: LabelledLogps<A>, options: BcoOptions = {}): BcoResult<A> {
  const { beta, delta }: BcoOptions & { beta: number } = { ...bcoDefaults, ...options };
  checkVectors("bco", m, inputs, "[B], one entry per example");
  checkRange("bco", { beta }, "> 0", beta > 0 && Number.isFinite(beta));
  if (delta !== undefined) checkRange("bco", { delta }, "finite", Number.isFinite(delta));

  const rewards = m.mul(m.sub(inputs.policyLogps, inputs.referenceLogps), beta);
  const shift = delta === undefined ? m.mean(m.detach(rewards)) : m.constant([delta], []);
  const logit = m.sub(rewards, m.spread(shift, m.shapeOf(rewards)));
  const sign = m.sub(m.mul(inputs.desirable, 2), 1); // +1 desirable, −1 undesirable
  const perExample = m.neg(logSigmoid(m, m.mul(sign, logit)));
  return { loss: m.mean(perExample), perExample, delta: shift, metrics: labelledMetrics(m, inputs, rewards) };
}

/**
 * @param inputs summed log-probs, each [B], in nats; desirable 1 or 0, [B]
 * @returns loss [] is the mean over all examples; perExample [B]; delta []
 */
export const bco = (inputs: LabelledLogps<tf.Tensor>, options: BcoOptions = {}) =>
  bcoWith(tensorArithmetic, inputs, options) as BcoResult<tf.Tensor1D, tf.Scalar>;
