import type * as tf from "@tensorflow/tfjs";
import { type Arithmetic, maskedMean } from "./arithmetic/arithmetic";
import { tensorArithmetic } from "./arithmetic/tensors";
import { checkRange, checkSameShape } from "./checks";

/**
 * Whitening: the counted entries shifted to mean 0 and scaled to variance 1.
 *
 *   whitened = (x − μ) / √(σ² + 1e-8)  [+ μ without the shift],   σ² = Σ m (x − μ)² / (Σ m − ddof)
 *
 * Libraries differ in ddof: 1 in TRL (unbiased), 0 in OpenAI's lm-human-preferences and its lineage, and in OpenRLHF;
 * for 5 tokens the result differs by 12 %. Rewards are whitened without the shift, so that their sign survives.
 * Source: `whiten` of Ziegler et al. 2019's code; "The N implementation details of RLHF with PPO", Huang et al. 2023.
 */
export interface WhitenOptions {
  /** What is taken off the count in the variance: 1 unbiased (default), 0 the population's. */
  ddof?: 0 | 1;
  /** Subtract the mean. Default true; false puts it back after scaling. */
  shiftMean?: boolean;
}

export interface WhitenInputs<A> {
  /** [B,T]; what is masked may be NaN. */
  values: A;
  /** 1 where counted, [B,T]. Default everywhere. */
  mask?: A;
}

/** Inside the root, as in TRL and its predecessors: it keeps equal values finite, and they whiten to 0. */
const varianceFloor = 1e-8;

/** The formula on any kind of array; see {@link whiten} for shapes. */
export function whitenWith<A>(m: Arithmetic<A>, inputs: WhitenInputs<A>, options: WhitenOptions = {}) {
  const { ddof = 1, shiftMean = true } = options;
  const shape = m.shapeOf(inputs.values);
  const { values, mask = m.add(m.mul(m.detach(values), 0), 1) } = inputs;
  checkSameShape("whiten", { values, mask }, m.shapeOf, "[B,T], one entry per token");
  checkRange("whiten", { ddof }, "0 or 1", ddof === 0 || ddof === 1);

  const mean = m.spread(maskedMean(m, values, mask), shape);
  const centred = m.masked(m.sub(values, mean), mask); // 0 where masked
  const variance = m.div(m.sum(m.square(centred)), m.atLeast(m.sub(m.sum(mask), ddof), 1));
  const scaled = m.div(centred, m.spread(m.sqrt(m.add(variance, varianceFloor)), shape));
  return { whitened: shiftMean ? scaled : m.masked(m.add(scaled, mean), mask) };
}

/**
 * @param inputs values and mask, [B,T]
 * @returns whitened [B,T], 0 where masked; all 0 (or the mean) where a single entry counts or all are equal
 */
export const whiten = (inputs: WhitenInputs<tf.Tensor>, options: WhitenOptions = {}) =>
  whitenWith(tensorArithmetic, inputs, options);
