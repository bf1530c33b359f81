import type * as tf from "@tensorflow/tfjs";
import type { Arithmetic } from "./arithmetic/arithmetic";
import { tensorArithmetic } from "./arithmetic/tensors";
import { checkRange } from "./checks";
import { nllPerExample } from "./chosenNll";
import { checkVectors, pairMetrics } from "./pairs";
import type { ObjectiveResult } from "./result";
import { smoothedLogistic } from "./smoothedLogistic";

/**
 * Contrastive Preference Optimization: DPO with a uniform reference, held by the likelihood of the chosen replies.
 *
 *   L = −(1 − ε) log σ(β (s_w − s_l)) − ε log σ(−β (s_w − s_l)) + α NLL(y_w)
 *
 * Xu et al. 2024, arXiv:2401.08417 (ε = 0, α = 1).
 */
export interface CpoOptions {
  /** β > 0. Default 0.1. */
  beta?: number;
  /** α ≥ 0, the weight of the likelihood. Default 1 (`cpo_alpha` in TRL). */
  alpha?: number;
  /** ε, the share of labels taken to be flipped, 0 ≤ ε < 0.5. Default 0. */
  labelSmoothing?: number;
}

export const cpoDefaults = { beta: 0.1, alpha: 1, labelSmoothing: 0 } satisfies Required<CpoOptions>;

export interface CpoInputs<A> {
  /** Log-probs summed over completion tokens [B], nats. */
  chosenLogps: A;
  rejectedLogps: A;
  /** Negative log-likelihood of the chosen replies, [B] or [] for the whole batch. */
  chosenNll: A;
}

/** The formula on any kind of array; see {@link cpo} for shapes. */
export function cpoWith<A>(m: Arithmetic<A>, inputs: CpoInputs<A>, options: CpoOptions = {}): ObjectiveResult<A> {
  const { beta, alpha, labelSmoothing } = { ...cpoDefaults, ...options };
  const { chosenLogps, rejectedLogps } = inputs;
  checkVectors("cpo", m, { chosenLogps, rejectedLogps });
  checkRange("cpo", { beta }, "> 0", beta > 0 && Number.isFinite(beta));
  checkRange("cpo", { alpha }, ">= 0", alpha >= 0 && Number.isFinite(alpha));
  checkRange("cpo", { labelSmoothing }, "in [0, 0.5)", labelSmoothing >= 0 && labelSmoothing < 0.5);
  const nll = nllPerExample(m, "cpo", inputs.chosenNll, chosenLogps);

  const [chosen, rejected] = [m.mul(chosenLogps, beta), m.mul(rejectedLogps, beta)];
  const perExample = m.add(smoothedLogistic(m, m.sub(chosen, rejected), labelSmoothing), m.mul(nll, alpha));
  const metrics = {
    nll_loss: m.detach(m.mean(nll)),
    ...pairMetrics(m, { chosen: chosenLogps, rejected: rejectedLogps }, { chosen, rejected }),
  };
  return { loss: m.mean(perExample), perExample, metrics };
}

/**
 * @param inputs log-probs summed over completion tokens, each [B], in nats; chosenNll [B] or []
 * @returns loss [] is the batch mean; perExample [B]; rewards in the metrics are β log π
 */
export const cpo = (inputs: CpoInputs<tf.Tensor>, options: CpoOptions = {}) =>
  cpoWith(tensorArithmetic, inputs, options) as ObjectiveResult<tf.Tensor1D, tf.Scalar>;
