import { CourseError } from "../errors";
import type { ExerciseSpec } from "./spec";
import { bradleyTerryExercises } from "./specs/bradleyTerry";
import { dpoExercises } from "./specs/dpo";
import { ipoExercises } from "./specs/ipo";
import { ktoExercises } from "./specs/kto";
import { optimalPolicyExercises } from "./specs/optimalPolicy";
import { orientationExercises } from "./specs/orientation";
import { orpoExercises } from "./specs/orpo";
import { ppoExercises } from "./specs/ppo";
import { rewardModelExercises } from "./specs/rewardModel";
import { sftExercises } from "./specs/sft";

/** The exercises of each notebook, in order. */
const byNotebook: readonly (readonly [string, readonly ExerciseSpec[]])[] = [
  ["00-orientation", orientationExercises],
  ["01-sft", sftExercises],
  ["02-bradley-terry", bradleyTerryExercises],
  ["03-reward-model", rewardModelExercises],
  ["04-optimal-policy", optimalPolicyExercises],
  ["05-ppo", ppoExercises],
  ["06-dpo", dpoExercises],
  ["07-ipo", ipoExercises],
  ["08-kto", ktoExercises],
  ["09-orpo", orpoExercises],
];

/** Every exercise of the course, in the order of its notebooks. */
export const exerciseSpecs: readonly ExerciseSpec[] = byNotebook.flatMap(([, specs]) => specs);

/** The notebook an exercise is set in; "" for one nobody knows. */
export const notebookOf = (id: string): string =>
  byNotebook.find(([, specs]) => specs.some((spec) => spec.id === id))?.[0] ?? "";

export function exerciseSpec(id: string): ExerciseSpec {
  const spec = exerciseSpecs.find((known) => known.id === id);
  if (spec) return spec;
  const known = exerciseSpecs.map((entry) => entry.id).join(", ");
  throw new CourseError("usage", `check: there is no exercise "${id}"; known: ${known}`);
}
