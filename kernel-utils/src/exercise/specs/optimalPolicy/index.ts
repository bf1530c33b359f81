import { bestOfNPolicy } from "./bestOfN";
import { betaForBudget } from "./betaForBudget";
import { firstToken } from "./firstToken";
import { k3Estimate } from "./k3Estimate";
import { objectiveGradient } from "./objectiveGradient";
import { rewardOfPolicy } from "./rewardOfPolicy";
import { tiltedPolicy } from "./tiltedPolicy";

/** Exercises of 04-optimal-policy, in the order of the notebook. */
export const optimalPolicyExercises = [
  tiltedPolicy,
  betaForBudget,
  rewardOfPolicy,
  bestOfNPolicy,
  objectiveGradient,
  firstToken,
  k3Estimate,
] as const;
