import { ipoGap } from "./ipoGap";
import { ipoGradient } from "./ipoGradient";
import { ipoLoss } from "./ipoLoss";
import { ipoMeanLoss } from "./ipoMeanLoss";
import { ipoNoisyLoss } from "./ipoNoisyLoss";
import { ipoPolicy } from "./ipoPolicy";

/** Exercises of 07-ipo, in the order of the notebook. */
export const ipoExercises = [ipoPolicy, ipoLoss, ipoGradient, ipoGap, ipoNoisyLoss, ipoMeanLoss] as const;
