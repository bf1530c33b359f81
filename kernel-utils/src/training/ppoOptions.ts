import type { RewardModel } from "../model";
import type { AdaptiveKlOptions, GaeOptions, PpoOptions, PpoRewardsOptions } from "../objectives";
import { checkedChoice } from "./rollouts/checkedChoice";
import type { SamplerInputs } from "./rollouts/sampling";
import type { ScoreNormalization } from "./rollouts/scoreNormalizer";
import type { UpdateOptions } from "./rollouts/updateLoop";

/** The entries over which advantages are whitened: a whole round, each minibatch, or not at all. */
export const whiteningScopes = ["batch", "minibatch", "none"] as const;

/** Where the critic starts: the policy with a head of zeros or of small random weights, or the reward model. */
export const criticStarts = ["zero-head", "normal-head", "reward-model"] as const;

/** Where the log-probs of the sampling policy come from: its own pass, or a second forward pass before learning. */
export const oldLogpsSources = ["sampling", "recomputed"] as const;

/**
 * Everything in which implementations of PPO for language models differ, by name. Defaults where a preset or a call says
 * nothing are those of {@link ppoDefaults}. "The N implementation details of RLHF with PPO", Huang et al. 2023, lists most.
 */
export interface PpoDetails extends UpdateOptions, PpoOptions, PpoRewardsOptions, Pick<GaeOptions, "gamma" | "lambda"> {
  /** Steers `klCoefficient`, its start, to a wanted KL. Default: no, the coefficient is fixed. */
  adaptiveKl?: Pick<AdaptiveKlOptions, "target" | "horizon">;
  /** Default `batch`. */
  whitenAdvantages?: (typeof whiteningScopes)[number];
  /** Taken off the count in every whitening's variance. Default 1. */
  ddof?: 0 | 1;
  /** Divide the tokens' rewards, KL penalty included, by their deviation; their mean stays. Default false. */
  whitenRewards?: boolean;
  /** Default `none`. */
  scoreNormalization?: ScoreNormalization;
  /** Scores are held in ±scoreClip, after normalisation. Default Infinity. */
  scoreClip?: number;
  /** Default `zero-head`. */
  criticStart?: (typeof criticStarts)[number];
  /** The critic's learning rate, as a multiple of the policy's. Default 1. */
  criticRate?: number;
  /** Default `sampling`. */
  oldLogps?: (typeof oldLogpsSources)[number];
}

export interface PpoTrainerOptions extends SamplerInputs, PpoDetails {
  /** The value model; it is trained in place. Default: one made by `criticStart`, gone after the run. */
  critic?: RewardModel;
}

export const ppoDefaults = {
  epochs: 2,
  minibatches: 2,
  klCoefficient: 0.05,
  estimator: "k1",
  scorePosition: "eos",
  missingEos: "none",
  missingEosPenalty: 1,
  gamma: 1,
  lambda: 0.95,
  clipLow: 0.2,
  clipHigh: 0.2,
  logRatioClamp: 20,
  valueClip: 0.2,
  valueCoefficient: 0.1,
  whitenAdvantages: "batch",
  ddof: 1,
  whitenRewards: false,
  scoreNormalization: "none",
  scoreClip: Number.POSITIVE_INFINITY,
  criticStart: "zero-head",
  criticRate: 1,
  oldLogps: "sampling",
} satisfies PpoDetails;

/**
 * The details of two families of code, to spread into the trainer's options and override. Sizes of a round and learning
 * rates stay the caller's: they belong to a model and a task.
 * OpenAI's lm-human-preferences as its reproduction in PyTorch has it (vwxyzjn/lm-human-preference-details, 2023);
 * TRL's PPOTrainer (huggingface/trl, experimental, 2026). TRL starts its critic from the reward model, so with a reward in
 * plain code give `critic` or another `criticStart`. OpenAI's minibatches are whitened one by one.
 */
export const ppoPresets = {
  openaiLineage: {
    klCoefficient: 0.15,
    adaptiveKl: { target: 6, horizon: 10_000 },
    whitenAdvantages: "minibatch",
    ddof: 0,
    whitenRewards: true,
    scoreNormalization: "initial",
    missingEos: "replace",
    missingEosPenalty: 1,
    scorePosition: "eos",
    criticStart: "zero-head",
    temperature: 0.7,
    epochs: 4,
    beta2: 0.999,
    epsilon: 1e-5,
  },
  trl: {
    klCoefficient: 0.05,
    whitenAdvantages: "batch",
    ddof: 1,
    scorePosition: "after-eos",
    missingEos: "none",
    criticStart: "reward-model",
    oldLogps: "recomputed",
    temperature: 0.7,
    epochs: 4,
    beta2: 0.999,
    epsilon: 1e-8,
  },
} as const satisfies Record<string, PpoDetails>;

/** Refuses a misspelt choice before anything is sampled; numbers are checked by the objectives. */
export function checkPpoChoices(details: PpoDetails): void {
  const { whitenAdvantages = "batch", criticStart = "zero-head", oldLogps = "sampling" } = details;
  checkedChoice("PpoTrainer", "whitenAdvantages", whitenAdvantages, whiteningScopes);
  checkedChoice("PpoTrainer", "criticStart", criticStart, criticStarts);
  checkedChoice("PpoTrainer", "oldLogps", oldLogps, oldLogpsSources);
}
