import { perplexity } from "./perplexity";
import { responseLabels } from "./responseLabels";
import { sftLoss } from "./sftLoss";

/** Exercises of 01-sft, in the order of the notebook. */
export const sftExercises = [responseLabels, sftLoss, perplexity] as const;
