import { bestOfNGold } from "./bestOfNGold";
import { calibrationError } from "./calibrationError";
import { lastToken } from "./lastToken";
import { marginCentering } from "./marginCentering";
import { optimalDifference } from "./optimalDifference";
import { rewardGradient } from "./rewardGradient";
import { rewardLoss } from "./rewardLoss";

/** Exercises of 03-reward-model, in the order of the notebook. */
export const rewardModelExercises = [
  lastToken,
  rewardLoss,
  rewardGradient,
  marginCentering,
  optimalDifference,
  calibrationError,
  bestOfNGold,
] as const;
