import { clippedSurrogate } from "./clippedSurrogate";
import { gae } from "./gae";
import { klRewards } from "./klRewards";
import { reinforceLoss } from "./reinforceLoss";
import { valueLoss } from "./valueLoss";
import { whiten } from "./whiten";

/** Exercises of 05-ppo, in the order of the notebook. */
export const ppoExercises = [reinforceLoss, clippedSurrogate, gae, valueLoss, whiten, klRewards] as const;
