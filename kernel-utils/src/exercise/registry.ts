import { CourseError } from "../errors";
import type { ExerciseSpec } from "./spec";
import { dpoExercises } from "./specs/dpo";
import { ipoExercises } from "./specs/ipo";
import { ktoExercises } from "./specs/kto";
import { orientationExercises } from "./specs/orientation";
import { orpoExercises } from "./specs/orpo";
import { sftExercises } from "./specs/sft";

/** Every exercise of the course, in the order of its notebooks. */
export const exerciseSpecs: readonly ExerciseSpec[] = [
  ...orientationExercises, // 00-orientation
  ...sftExercises, // 01-sft
  ...dpoExercises, // 06-dpo
  ...ipoExercises, // 07-ipo
  ...ktoExercises, // 08-kto
  ...orpoExercises, // 09-orpo
];

export function exerciseSpec(id: string): ExerciseSpec {
  const spec = exerciseSpecs.find((known) => known.id === id);
  if (spec) return spec;
  const known = exerciseSpecs.map((entry) => entry.id).join(", ");
  throw new CourseError("usage", `check: there is no exercise "${id}"; known: ${known}`);
}
