import * as tf from "@tensorflow/tfjs";
import { messageOf } from "../errors";
import type { Numbers } from "./numbers";
import type { ExerciseCase, InputKind, InputSpec } from "./spec";
import { NotAttempted } from "./todo";

// biome-ignore lint/suspicious/noExplicitAny: what a learner's function takes is known only by its exercise
export type LearnerFunction = (...inputs: any[]) => unknown;

/** What came of calling the learner's function once. */
export type Attempt =
  | { kind: "answer"; value: Numbers; dtype?: string; leaked: number }
  | { kind: "not-attempted"; hint: string }
  | { kind: "threw"; message: string }
  | { kind: "promise" }
  | { kind: "nothing" }
  | { kind: "not-numbers"; description: string };

/** Calls the function on one case. Tensors it makes are cleared away; those it keeps on purpose are counted. */
export function attempt(fn: LearnerFunction, { inputs }: ExerciseCase, specs: readonly InputSpec[]): Attempt {
  const before = tf.memory().numTensors;
  let outcome: Attempt = { kind: "nothing" };
  tf.tidy(() => {
    outcome = called(fn, inputs, specs);
  });
  const result = outcome as Attempt;
  return result.kind === "answer" ? { ...result, leaked: tf.memory().numTensors - before } : result;
}

function called(fn: LearnerFunction, inputs: readonly Numbers[], specs: readonly InputSpec[]): Attempt {
  try {
    const result: unknown = fn(...inputs.map((input, place) => given(input, specs[place].kind)));
    if (result instanceof Promise) result.catch(() => {}); // its outcome does not matter any more
    return read(result);
  } catch (thrown) {
    if (thrown instanceof NotAttempted) return { kind: "not-attempted", hint: thrown.hint };
    return { kind: "threw", message: messageOf(thrown) };
  }
}

/** A fresh copy every time: a function that changes its input must not spoil the next check. */
function given(input: Numbers, kind: InputKind): unknown {
  return kind === "plain" ? structuredClone(input) : tf.tensor(input as tf.TensorLike, undefined, kind);
}

function read(result: unknown): Attempt {
  if (result === undefined || result === null) return { kind: "nothing" };
  if (result instanceof Promise) return { kind: "promise" };
  if (result instanceof tf.Tensor) {
    return { kind: "answer", value: result.arraySync() as Numbers, dtype: result.dtype, leaked: 0 };
  }
  const value = ArrayBuffer.isView(result) ? Array.from(result as Float32Array) : result;
  if (isNumbers(value)) return { kind: "answer", value, leaked: 0 };
  return { kind: "not-numbers", description: describe(value) };
}

const isNumbers = (value: unknown): value is Numbers =>
  typeof value === "number" || (Array.isArray(value) && value.every(isNumbers));

function describe(value: unknown): string {
  if (Array.isArray(value)) return "a list with something in it that is not a number";
  if (typeof value === "object") return `an object with ${Object.keys(value as object).join(", ") || "nothing"} in it`;
  return `a ${typeof value}`;
}
