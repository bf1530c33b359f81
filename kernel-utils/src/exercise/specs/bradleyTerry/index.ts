import { bradleyTerryGradient } from "./bradleyTerryGradient";
import { davidsonProbabilities } from "./davidsonProbabilities";
import { mmUpdate } from "./mmUpdate";
import { noiseFloor } from "./noiseFloor";
import { preferenceProbability } from "./preferenceProbability";

/** Exercises of 02-bradley-terry, in the order of the notebook. */
export const bradleyTerryExercises = [
  preferenceProbability,
  bradleyTerryGradient,
  mmUpdate,
  davidsonProbabilities,
  noiseFloor,
] as const;
