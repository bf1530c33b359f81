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
  const { value, dtype, leaked } = outcome;
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
  if (leaked > 0) return `your function leaves tensors behind at each call (${leaked}); do not tf.keep them`;
  return undefined;
}

function differenceText(value: Numbers, wanted: Numbers, spec: ExerciseSpec): string {
  const [got, want] = [flatten(value), flatten(wanted)];
  const wrong = got.filter((entry, i) => !close(entry, want[i], spec.tolerance ?? defaultTolerance)).length;
  return got.length === 1 ? "the number is not right" : `${wrong} of ${got.length} entries are not right`;
}

/** The known wrong implementation that gives what the learner's gives, in every case. */
export function recognise(
  outcomes: readonly Attempt[],
  cases: readonly ExerciseCase[],
  spec: ExerciseSpec,
): NamedMistake | undefined {
  const tolerance = spec.tolerance ?? defaultTolerance;
  return spec.mistakes.find((mistake) =>
    outcomes.every(
      (outcome, i) => outcome.kind === "answer" && close(outcome.value, mistake.run(...cases[i].inputs), tolerance),
    ),
  );
}
