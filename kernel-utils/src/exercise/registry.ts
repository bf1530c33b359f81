import { CourseError } from "../errors";
import type { ExerciseSpec } from "./spec";
import { dpoExercises } from "./specs/dpo";
import { orientationExercises } from "./specs/orientation";
import { rewardModelExercises } from "./specs/rewardModel";
import { sftExercises } from "./specs/sft";

/** Every exercise of the course, in the order of its notebooks. */
export const exerciseSpecs: readonly ExerciseSpec[] = [
  ...orientationExercises, // 00-orientation
  ...sftExercises, // 01-sft
  ...rewardModelExercises, // 03-reward-model
  ...dpoExercises, // 06-dpo
];

export function exerciseSpec(id: string): ExerciseSpec {
  const spec = exerciseSpecs.find((known) => known.id === id);
  if (spec) return spec;
  const known = exerciseSpecs.map((entry) => entry.id).join(", ");
  throw new CourseError("usage", `check: there is no exercise "${id}"; known: ${known}`);
}
