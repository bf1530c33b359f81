import type { Attempt } from "./attempt";
import { close, flatten, type Numbers, sameShape, shapeOf, type Tolerance } from "./numbers";
import type { ExerciseCase, ExerciseSpec, NamedMistake } from "./spec";

export const defaultTolerance: Tolerance = { relative: 1e-4, absolute: 1e-5 };

/** What is wrong with one attempt, in plain words; undefined when nothing is. */
export function problemWith(outcome: Attempt, wanted: Numbers, spec: ExerciseSpec): string | undefined {
  switch (outcome.kind) {
    case "not-attempted":
      return "not attempted yet";
    case "threw":
      return `your function threw: ${outcome.message}`;
    case "promise":
      return "you returned a Promise; this exercise wants the value itself, so drop async or add await";
    case "nothing":
      return "you returned undefined; is there a return in front of your result?";
    case "not-numbers":
      return `you returned ${outcome.description}; wanted is a tensor, a number or a list of numbers`;
    case "answer":
      return problemWithAnswer(outcome, wanted, spec);
  }
}

function problemWithAnswer(
  outcome: Attempt & { kind: "answer" },
  wanted: Numbers,
  spec: ExerciseSpec,
): string | undefined {
  const { value, dtype, leaked, changed } = outcome;
  const [shape, wantedShape = []] = [shapeOf(value), shapeOf(wanted)];
  if (!shape) return "you returned lists of different lengths; every row must be as long as the first";
  if (!sameShape(shape, wantedShape)) {
    return `you returned shape [${shape.join(",")}]; ${spec.answer} is [${wantedShape.join(",")}]`;
  }
  const wantedKind = spec.answerKind ?? "float32";
  if (dtype !== undefined && dtype !== wantedKind)
    return `your answer has dtype ${dtype}; ${spec.answer} is ${wantedKind}`;
  const bad = flatten(value).find((entry) => !Number.isFinite(entry));
  if (bad !== undefined) return `your answer has ${Number.isNaN(bad) ? "a NaN" : "an infinity"} in it`;
  if (!close(value, wanted, spec.tolerance ?? defaultTolerance)) return differenceText(value, wanted, spec);
  if (changed !== undefined) return `your function changes its input ${changed}; work on a copy, the caller needs it`;
  if (leaked > 0) return `your function leaves tensors behind at each call (${leaked}); do not tf.keep them`;
  return undefined;
}

function differenceText(value: Numbers, wanted: Numbers, spec: ExerciseSpec): string {
  const [got, want] = [flatten(value), flatten(wanted)];
  const wrong = got.filter((entry, i) => !close(entry, want[i], spec.tolerance ?? defaultTolerance)).length;
  return got.length === 1 ? "the number is not right" : `${wrong} of ${got.length} entries are not right`;
}

/** What the learner's answers are made of: a known mistake, the reference, and how they were put together. */
export interface Recognised {
  mistake?: NamedMistake;
  /** Said of the way the entries were put together; empty when the shape is the one asked for. */
  reduction: string;
}

type Reduce = (entries: readonly number[]) => number;
const sum: Reduce = (entries) => entries.reduce((total, entry) => total + entry, 0);
const reductions: readonly [string, Reduce][] = [
  ["you return the mean of all entries", (entries) => sum(entries) / entries.length],
  ["you return the sum of all entries", sum],
];

/**
 * The known wrong implementation that gives what the learner's gives in every case, also under a mean or a sum. One that
 * agrees with the reference in every case accuses nobody.
 */
export function recognise(
  outcomes: readonly Attempt[],
  cases: readonly ExerciseCase[],
  spec: ExerciseSpec,
): Recognised | undefined {
  const tolerance = spec.tolerance ?? defaultTolerance;
  const answers = outcomes.flatMap((outcome) => (outcome.kind === "answer" ? [outcome.value] : []));
  if (answers.length < cases.length) return undefined;
  const wanted = cases.map(({ inputs }) => spec.reference(...inputs));
  const equal = (a: readonly Numbers[], b: readonly Numbers[]) => a.every((value, i) => close(value, b[i], tolerance));
  const wrong = spec.mistakes
    .map((mistake) => ({ mistake, values: cases.map(({ inputs }) => mistake.run(...inputs)) }))
    .filter(({ values }) => !equal(values, wanted));
  const plain = wrong.find(({ values }) => equal(answers, values));
  if (plain) return { mistake: plain.mistake, reduction: "" };
  if (!wanted.some((value) => flatten(value).length > 1)) return undefined; // nothing to take a mean of
  for (const [reduction, reduce] of reductions) {
    const reduced = (values: readonly Numbers[]) => values.map((value) => reduce(flatten(value)));
    if (equal(answers, reduced(wanted))) return { reduction };
    const found = wrong.find(({ values }) => equal(answers, reduced(values)));
    if (found) return { mistake: found.mistake, reduction };
  }
  return undefined;
}
