/** Exercises: stubs, checks that know the classic mistakes, and their specs. */
export { type CheckListener, check, setCheckListener } from "./check";
export type { Numbers } from "./numbers";
export { progress } from "./progress";
export { exerciseSpec, exerciseSpecs } from "./registry";
export type { CaseResult, CheckResult } from "./result";
export type { ExerciseCase, ExerciseSpec, InputSpec, NamedMistake } from "./spec";
export { NotAttempted, todo } from "./todo";
