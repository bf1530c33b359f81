import type * as tf from "@tensorflow/tfjs";
import { type Arithmetic, logSigmoid } from "./arithmetic/arithmetic";
import { tensorArithmetic } from "./arithmetic/tensors";
import { checkRange } from "./checks";
import { checkVectors } from "./pairs";
import type { ObjectiveResult } from "./result";

/**
 * Reward model: the Bradley–Terry log-likelihood of the preferences.
 *
 *   L = −log σ(r_w − r_l − m) + c (r_w + r_l)²
 *
 * Bradley and Terry 1952; Ouyang et al. 2022, arXiv:2203.02155, eq. 1. Margin m: Touvron et al. 2023, arXiv:2307.09288,
 * eq. 2. Centering c, on the sum and not on each score: Eisenstein et al. 2023, arXiv:2312.09244, eq. 2. Scores are only
 * compared, so without c any constant may be added to all of them.
 */
export interface RewardModelOptions {
  /** c ≥ 0, the pull of r_w + r_l to 0. Default 0, as in TRL, whose documentation recommends 0.01. */
  centering?: number;
}

export const rewardModelDefaults = { centering: 0 } satisfies Required<RewardModelOptions>;

export interface RewardModelInputs<A> {
  chosenRewards: A;
  rejectedRewards: A;
  /** m, by how much the chosen reply should win at least. Default 0. */
  margins?: A;
}

/** The formula on any kind of array; see {@link rewardModel} for shapes. */
export function rewardModelWith<A>(
  m: Arithmetic<A>,
  inputs: RewardModelInputs<A>,
  options: RewardModelOptions = {},
): ObjectiveResult<A> {
  const { centering } = { ...rewardModelDefaults, ...options };
  checkVectors("reward-model", m, inputs, "[B], one score per example");
  checkRange("reward-model", { centering }, ">= 0", centering >= 0 && Number.isFinite(centering));

  const { chosenRewards, rejectedRewards, margins } = inputs;
  const difference = m.sub(chosenRewards, rejectedRewards);
  const asked = margins === undefined ? difference : m.sub(difference, margins);
  const penalty = m.mul(m.square(m.add(chosenRewards, rejectedRewards)), centering);
  const perExample = m.sub(penalty, logSigmoid(m, asked));
  return {
    loss: m.mean(perExample),
    perExample,
    metrics: {
      accuracy: m.mean(m.greater(m.detach(chosenRewards), m.detach(rejectedRewards))),
      margin: m.detach(m.mean(difference)),
      centeringPenalty: m.detach(m.mean(penalty)),
    },
  };
}

/**
 * @param inputs scores of the two replies to a prompt, each [B]; margins [B]
 * @returns loss [] is the batch mean; perExample [B] with its share of the penalty; metrics: accuracy (strict: a tie is
 * wrong), margin (mean r_w − r_l) and centeringPenalty (the part of the loss it makes up)
 */
export const rewardModel = (inputs: RewardModelInputs<tf.Tensor>, options: RewardModelOptions = {}) =>
  rewardModelWith(tensorArithmetic, inputs, options) as ObjectiveResult<tf.Tensor1D, tf.Scalar>;
