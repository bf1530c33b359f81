import { type AgreementOptions, agreement, agreementMeasures } from "../../agreement";
import { type BestOfNOptions, bestOfN, expectedMax } from "../../bestOfN";
import { type OptimalPolicyOptions, optimalPolicy } from "../../optimalPolicy";
import type { Entry } from "../entry";
import { type FloatArray, nest } from "../fields";

/** Policies, bounds and agreement measures that are computed exactly, without sampling. */
export const exactEntries: Record<string, Entry> = {
  "optimal-policy": {
    summary: "the policy that maximises E[r] − β KL(π‖π_ref), in closed form",
    formula: [
      "π*(y) = π_ref(y) exp(r(y)/β) / Z",
      "objective = E[r] − β KL = β log Z",
      "impliedRewards = β log π*/π_ref = r − β log Z",
    ],
    inputs: {
      referenceProbs: { axes: ["Y"], says: "π_ref of every reply; sums to 1" },
      rewards: { axes: ["Y"], says: "r of every reply" },
    },
    differentiable: [],
    options: { beta: { kind: "number", range: { above: 0 }, says: "β > 0; has to be given" } },
    answer: ({ referenceProbs, rewards }, options) => ({
      ...optimalPolicy(
        { referenceProbs: referenceProbs.values, rewards: rewards.values },
        options as unknown as OptimalPolicyOptions,
      ),
    }),
  },
  "best-of-n": {
    summary: "the best of n draws: its exact distribution, or the expected maximum from samples",
    formula: [
      "π_n(y) = F(y)^n − F(y−)^n",
      "KL ≤ log n − (n−1)/n;  win rate ≤ n/(n+1)",
      "expectedMax = mean of the maximum over all subsets of n of the samples",
    ],
    inputs: {
      referenceProbs: { axes: ["Y"], optional: true, says: "π_ref, worst reply to best; sums to 1" },
      rewards: { axes: ["N"], optional: true, says: "rewards of N ≥ n sampled replies" },
    },
    differentiable: [],
    oneOf: ["referenceProbs", "rewards"],
    options: {
      n: { kind: "number", range: { from: 1, whole: true }, says: "draws, a whole number ≥ 1; has to be given" },
    },
    answer: ({ referenceProbs, rewards }, options) => {
      const draws = options as unknown as BestOfNOptions;
      if (rewards) return { expectedMax: expectedMax(rewards.values, draws) };
      return { ...bestOfN({ referenceProbs: referenceProbs.values }, draws) };
    },
  },
  agreement: {
    summary: "agreement of annotators, corrected for chance",
    formula: ["value = (observed − expected) / (1 − expected)", "measures differ in what they expect of chance"],
    inputs: {
      ratings: { axes: ["item", "annotator"], entries: "nullable", says: "category of each item; null where missing" },
    },
    differentiable: [],
    options: {
      measure: {
        kind: "string",
        default: "krippendorff",
        choices: agreementMeasures,
        says: "percent and krippendorff take missing ratings; cohen takes two annotators",
      },
    },
    answer: ({ ratings }, options) => ({ ...agreement(ratingTable(ratings), options as AgreementOptions) }),
  },
};

const ratingTable = ({ values, shape }: FloatArray): (number | null)[][] =>
  (nest(values, shape) as number[][]).map((item) => item.map((rating) => (Number.isNaN(rating) ? null : rating)));
