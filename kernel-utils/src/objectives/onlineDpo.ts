import type * as tf from "@tensorflow/tfjs";
import type { Arithmetic } from "./arithmetic/arithmetic";
import { tensorArithmetic } from "./arithmetic/tensors";
import { type DpoOptions, type DpoResult, dpoWith } from "./dpo";
import { checkVectors } from "./pairs";

/**
 * Online DPO: two replies are sampled from the policy itself, a reward says which one is chosen, and DPO learns from the
 * pair. Guo et al. 2024, arXiv:2402.04792, algorithm 1. At a tie the first is chosen, as in TRL.
 */
export interface OnlineDpoInputs<A> {
  /** Scores of the two replies to each prompt [B]; they only rank. */
  firstRewards: A;
  secondRewards: A;
  /** Summed log-probs, nats, each [B]. */
  policyFirstLogps: A;
  policySecondLogps: A;
  referenceFirstLogps: A;
  referenceSecondLogps: A;
}

export interface OnlineDpoResult<A, Loss = A> extends DpoResult<A, Loss> {
  /** 1 where the first reply is chosen, else 0; [B]. */
  firstChosen: A;
}

/** The formula on any kind of array; see {@link onlineDpo} for shapes. */
export function onlineDpoWith<A>(
  m: Arithmetic<A>,
  inputs: OnlineDpoInputs<A>,
  options: DpoOptions = {},
): OnlineDpoResult<A> {
  checkVectors("online-dpo", m, inputs, "[B], one entry per prompt");
  const secondChosen = m.greater(m.detach(inputs.secondRewards), m.detach(inputs.firstRewards));
  const firstChosen = m.sub(m.mul(secondChosen, -1), -1);
  const select = (first: A, second: A): A => m.add(m.masked(first, firstChosen), m.masked(second, secondChosen));
  const result = dpoWith(
    m,
    {
      policyChosenLogps: select(inputs.policyFirstLogps, inputs.policySecondLogps),
      policyRejectedLogps: select(inputs.policySecondLogps, inputs.policyFirstLogps),
      referenceChosenLogps: select(inputs.referenceFirstLogps, inputs.referenceSecondLogps),
      referenceRejectedLogps: select(inputs.referenceSecondLogps, inputs.referenceFirstLogps),
    },
    options,
  );
  return { ...result, firstChosen };
}

/**
 * @param inputs two replies to each prompt: their rewards, and their log-probs summed over tokens; each [B]
 * @returns as {@link dpo} of the ranked pairs; firstChosen [B]
 */
export const onlineDpo = (inputs: OnlineDpoInputs<tf.Tensor>, options: DpoOptions = {}) =>
  onlineDpoWith(tensorArithmetic, inputs, options) as OnlineDpoResult<tf.Tensor1D, tf.Scalar>;
