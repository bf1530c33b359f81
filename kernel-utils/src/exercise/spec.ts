import type { Random } from "../tensor/random";
import type { Numbers, Tolerance } from "./numbers";

/** How an input reaches the learner's function: as a tensor of a dtype, or as the plain number or array it is. */
export type InputKind = "float32" | "int32" | "plain";

export interface InputSpec {
  name: string;
  kind: InputKind;
}

export interface ExerciseCase<Inputs extends readonly Numbers[] = readonly Numbers[]> {
  /** What is special about the inputs. */
  name: string;
  /** What must then be true of the answer, in words. */
  property: string;
  inputs: Inputs;
}

/** A whole wrong implementation that learners are known to write. */
export interface NamedMistake<Inputs extends readonly Numbers[] = readonly Numbers[]> {
  name: string;
  /** Said to the learner who has made it: what happened, not what to type. */
  message: string;
  run(...inputs: Inputs): Numbers;
}

/** An exercise: what is asked, how answers are tried, which wrong ones are known. Everything is float64 and tensor-free. */
export interface ExerciseSpec<Inputs extends readonly Numbers[] = readonly Numbers[]> {
  id: string;
  /** What comes back, for the sentence "you returned shape [2,3]; … is [2]". */
  answer: string;
  /** Default "float32". */
  answerKind?: "float32" | "int32";
  inputs: readonly InputSpec[];
  /** Random and extreme inputs; the engine passes the same stream every time. */
  cases(random: Random): readonly ExerciseCase<Inputs>[];
  reference(...inputs: Inputs): Numbers;
  mistakes: readonly NamedMistake<Inputs>[];
  /** From a nudge to nearly the answer; one more is shown after every failure. */
  hints: readonly [string, string, ...string[]];
  /** Default 1e-4 relative, 1e-5 absolute: float32 answers. */
  tolerance?: Tolerance;
}

/** Forgets the types of the inputs, which differ between exercises, so that all fit one registry. */
export const defineExercise = <Inputs extends readonly Numbers[]>(spec: ExerciseSpec<Inputs>): ExerciseSpec =>
  spec as unknown as ExerciseSpec;
