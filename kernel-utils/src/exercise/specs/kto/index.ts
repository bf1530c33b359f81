import { ktoGradient } from "./ktoGradient";
import { ktoLoss } from "./ktoLoss";
import { ktoMismatch } from "./ktoMismatch";
import { ktoReferencePoint } from "./ktoReferencePoint";
import { ktoValue } from "./ktoValue";
import { ktoWeights } from "./ktoWeights";

/** Exercises of 08-kto, in the order of the notebook. */
export const ktoExercises = [ktoValue, ktoReferencePoint, ktoMismatch, ktoLoss, ktoGradient, ktoWeights] as const;
