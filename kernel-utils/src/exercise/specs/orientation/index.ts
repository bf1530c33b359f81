import { gradientByHand } from "./gradientByHand";
import { klDivergence } from "./klDivergence";
import { maskedMean } from "./maskedMean";
import { sequenceLogp } from "./sequenceLogp";

/** Exercises of 00-orientation, in the order of the notebook. */
export const orientationExercises = [sequenceLogp, maskedMean, klDivergence, gradientByHand] as const;
