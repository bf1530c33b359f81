import type * as tf from "@tensorflow/tfjs";
import type { Arithmetic } from "./arithmetic/arithmetic";
import { tensorArithmetic } from "./arithmetic/tensors";
import { checkChoice, checkRange } from "./checks";
import { checkVectors, rewardMetrics } from "./pairs";
import type { ObjectiveResult } from "./result";
import { smoothedLogistic } from "./smoothedLogistic";

/**
 * Simple Preference Optimization: the mean log-prob is the reward, no reference, and the chosen reply must win by a margin.
 *
 *   x = β (a_w − a_l) − γ',   γ' = γ (absolute) or γβ (ratio)
 *   L = −(1 − ε) log σ(x) − ε log σ(−x)
 *
 * Meng et al. 2024, arXiv:2405.14734, eq. 6 (ε = 0, absolute γ). What is configured as γ differs: TRL's simpo_gamma is
 * absolute, while the authors' scripts, HALOs and open-instruct set the ratio γ/β: 0.5 at β = 2 shifts by 0.5 or by 1.
 */
export interface SimpoOptions {
  /** β > 0. Default 2 (the paper: 2 to 2.5; HALOs 10; TRL's CPO default of 0.1 is not meant for means). */
  beta?: number;
  /** γ ≥ 0. Default 0.5. */
  gamma?: number;
  /** Whether the margin is γ or γβ. Default `ratio`. */
  gammaMeaning?: (typeof gammaMeanings)[number];
  /** ε, the share of labels taken to be flipped, 0 ≤ ε < 0.5. Default 0. */
  labelSmoothing?: number;
}

export const gammaMeanings = ["absolute", "ratio"] as const;
export const simpoDefaults = {
  beta: 2,
  gamma: 0.5,
  gammaMeaning: "ratio",
  labelSmoothing: 0,
} satisfies Required<SimpoOptions>;

export interface SimpoInputs<A> {
  /** Mean log-prob of each reply [B], nats a token. */
  chosenMeanLogps: A;
  rejectedMeanLogps: A;
}

/** The formula on any kind of array; see {@link simpo} for shapes. */
export function simpoWith<A>(m: Arithmetic<A>, inputs: SimpoInputs<A>, options: SimpoOptions = {}): ObjectiveResult<A> {
  const { beta, gamma, gammaMeaning, labelSmoothing }: Required<SimpoOptions> = { ...simpoDefaults, ...options };
  checkVectors("simpo", m, inputs, "[B], one mean per example");
  checkRange("simpo", { beta }, "> 0", beta > 0 && Number.isFinite(beta));
  checkRange("simpo", { gamma }, ">= 0", gamma >= 0 && Number.isFinite(gamma));
  checkChoice("simpo", { gammaMeaning }, gammaMeanings);
  checkRange("simpo", { labelSmoothing }, "in [0, 0.5)", labelSmoothing >= 0 && labelSmoothing < 0.5);

  const chosen = m.mul(inputs.chosenMeanLogps, beta);
  const rejected = m.mul(inputs.rejectedMeanLogps, beta);
  const shift = gammaMeaning === "ratio" ? gamma * beta : gamma;
  const perExample = smoothedLogistic(m, m.sub(m.sub(chosen, rejected), shift), labelSmoothing);
  return { loss: m.mean(perExample), perExample, metrics: rewardMetrics(m, chosen, rejected) };
}

/**
 * @param inputs mean log-probs of the replies, each [B], nats a token
 * @returns loss [] is the batch mean; perExample [B]; rewards in the metrics are βa
 */
export const simpo = (inputs: SimpoInputs<tf.Tensor>, options: SimpoOptions = {}) =>
  simpoWith(tensorArithmetic, inputs, options) as ObjectiveResult<tf.Tensor1D, tf.Scalar>;
