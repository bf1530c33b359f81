import * as tf from "@tensorflow/tfjs";
import { explainThrown } from "./explain";
import type { Numbers } from "./numbers";
import type { ExerciseCase, InputKind, InputSpec } from "./spec";
import { NotAttempted } from "./todo";

// biome-ignore lint/suspicious/noExplicitAny: what a learner's function takes is known only by its exercise
export type LearnerFunction = (...inputs: any[]) => unknown;

/** What came of calling the learner's function once. */
export type Attempt =
  | { kind: "answer"; value: Numbers; dtype?: string; leaked: number; changed?: string }
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
    const passed = inputs.map((input, place) => given(input, specs[place].kind));
    const result: unknown = fn(...passed);
    if (isPromise(result)) result.then(undefined, () => {}); // its outcome does not matter any more
    const answer = read(result);
    const place = passed.findIndex((input, i) => isChanged(input, inputs[i], specs[i].kind));
    return answer.kind === "answer" && place >= 0 ? { ...answer, changed: specs[place].name } : answer;
  } catch (thrown) {
    if (thrown instanceof NotAttempted) return { kind: "not-attempted", hint: thrown.hint };
    return { kind: "threw", message: explainThrown(thrown) };
  }
}

/** A fresh copy every time: a function that changes its input must not spoil the next check. */
function given(input: Numbers, kind: InputKind): unknown {
  return kind === "plain" ? structuredClone(input) : tf.tensor(input as tf.TensorLike, undefined, kind);
}

/** Whether the function has written into its input or disposed of it: the caller's next line would go wrong. */
function isChanged(passed: unknown, input: Numbers, kind: InputKind): boolean {
  if (!(passed instanceof tf.Tensor)) return JSON.stringify(passed) !== JSON.stringify(input);
  if (passed.isDisposed) return true;
  const fresh = tf.tensor(input as tf.TensorLike, undefined, kind === "plain" ? undefined : kind);
  return JSON.stringify(passed.arraySync()) !== JSON.stringify(fresh.arraySync());
}

/** Also promises of another library or of another realm, which are no instance of ours. */
const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";

function read(result: unknown): Attempt {
  if (result === undefined || result === null) return { kind: "nothing" };
  if (isPromise(result)) return { kind: "promise" };
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
