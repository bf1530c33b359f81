import { dpoAccuracy } from "./dpoAccuracy";
import { dpoGradient } from "./dpoGradient";
import { dpoLoss } from "./dpoLoss";
import { implicitReward } from "./implicitReward";

/** Exercises of 06-dpo, in the order of the notebook. */
export const dpoExercises = [implicitReward, dpoLoss, dpoGradient, dpoAccuracy] as const;
