import { CourseError } from "../errors";
import type { ExerciseSpec } from "./spec";
import { dpoAccuracy } from "./specs/dpoAccuracy";
import { dpoGradient } from "./specs/dpoGradient";
import { dpoLoss } from "./specs/dpoLoss";
import { gradientByHand } from "./specs/gradientByHand";
import { implicitReward } from "./specs/implicitReward";
import { klDivergence } from "./specs/klDivergence";
import { maskedMean } from "./specs/maskedMean";
import { perplexity } from "./specs/perplexity";
import { responseLabels } from "./specs/responseLabels";
import { sequenceLogp } from "./specs/sequenceLogp";
import { sftLoss } from "./specs/sftLoss";

/** Every exercise of the course, in the order of its notebooks. */
export const exerciseSpecs: readonly ExerciseSpec[] = [
  ...[sequenceLogp, maskedMean, klDivergence, gradientByHand], // 00-orientation
  ...[responseLabels, sftLoss, perplexity], // 01-sft
  ...[implicitReward, dpoLoss, dpoGradient, dpoAccuracy], // 06-dpo
];

export function exerciseSpec(id: string): ExerciseSpec {
  const spec = exerciseSpecs.find((known) => known.id === id);
  if (spec) return spec;
  const known = exerciseSpecs.map((entry) => entry.id).join(", ");
  throw new CourseError("usage", `check: there is no exercise "${id}"; known: ${known}`);
}
