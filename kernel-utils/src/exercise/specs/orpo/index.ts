import { logOddsSpec } from "./logOddsSpec";
import { meanLogp } from "./meanLogp";
import { oddsGradient } from "./oddsGradient";
import { oddsRatioTerm } from "./oddsRatioTerm";
import { orpoLoss } from "./orpoLoss";

/** Exercises of 09-orpo, in the order of the notebook. */
export const orpoExercises = [meanLogp, logOddsSpec, oddsRatioTerm, oddsGradient, orpoLoss] as const;
