/** Exercises: stubs, checks that know the classic mistakes, and their specs. */
export { type CaseResult, type CheckListener, type CheckResult, check, setCheckListener } from "./check";
export type { Numbers } from "./numbers";
export { exerciseSpec, exerciseSpecs } from "./registry";
export type { ExerciseCase, ExerciseSpec, InputSpec, NamedMistake } from "./spec";
export { NotAttempted, todo } from "./todo";
