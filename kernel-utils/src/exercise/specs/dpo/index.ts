import { cdpoLoss } from "./cdpoLoss";
import { cdpoMargin } from "./cdpoMargin";
import { dpoAccuracy } from "./dpoAccuracy";
import { dpoGradient } from "./dpoGradient";
import { dpoLoss } from "./dpoLoss";
import { implicitReward } from "./implicitReward";
import { rewardDifferences } from "./rewardDifferences";

/** Exercises of 06-dpo, in the order of the notebook. */
export const dpoExercises = [
  implicitReward,
  rewardDifferences,
  dpoGradient,
  dpoLoss,
  dpoAccuracy,
  cdpoLoss,
  cdpoMargin,
] as const;
