import * as tf from "@tensorflow/tfjs";
import { check, exerciseSpec, exerciseSpecs, type Numbers, todo } from "../../kernel-utils/src/exercise";
import type { LearnerFunction } from "../../kernel-utils/src/exercise/attempt";
import { recordDisplay } from "../../kernel-utils/src/notebook/display";
import { byHand, tensorAnswers } from "./topics";

beforeAll(async () => {
  tf.env().set("IS_TEST", true); // no greeting
  await tf.setBackend("cpu");
});

const quietly = (id: string, fn: LearnerFunction) => {
  let result: ReturnType<typeof check> | undefined;
  recordDisplay(() => {
    result = check(id, fn);
  });
  return result as ReturnType<typeof check>;
};

/** A plain function as one that takes and gives tensors, rounded to float32 as a learner's would be. */
const onTensors =
  (id: string, run: (...inputs: never[]) => Numbers): LearnerFunction =>
  (...inputs: unknown[]) => {
    const plain = inputs.map((input) => (input instanceof tf.Tensor ? input.arraySync() : input));
    return tf.tensor(run(...(plain as never[])) as tf.TensorLike, undefined, exerciseSpec(id).answerKind ?? "float32");
  };

const ids = exerciseSpecs.map((spec) => spec.id);
const mistakes = exerciseSpecs.flatMap((spec) => spec.mistakes.map((mistake) => ({ id: spec.id, mistake })));

describe("every exercise", () => {
  it.each(ids)("%s passes with its reference", (id) => {
    expect(quietly(id, onTensors(id, exerciseSpec(id).reference))).toMatchObject({ status: "passed" });
  });
  it.each(ids)("%s passes with an answer written in tensors", (id) => {
    expect(quietly(id, tensorAnswers[id])).toMatchObject({ status: "passed" });
  });
  it.each(ids)("%s says politely that its stub is untouched", (id) => {
    const stub = () => todo("begin with the shapes");
    expect(quietly(id, stub)).toMatchObject({
      status: "not-attempted",
      message: "not attempted yet",
      hint: "begin with the shapes",
    });
  });
  it.each(ids)("%s is not passed by a constant of the right shape", (id) => {
    const zeros = onTensors(id, (...inputs: never[]) => blank(exerciseSpec(id).reference(...inputs)));
    expect(quietly(id, zeros)).toMatchObject({ status: "failed" });
  });
  it.each(ids)("%s knows at least three mistakes and two hints", (id) => {
    const spec = exerciseSpec(id);
    expect(spec.mistakes.length).toBeGreaterThanOrEqual(3);
    expect(spec.hints.length).toBeGreaterThanOrEqual(2);
  });
});

const blank = (value: Numbers): Numbers => (typeof value === "number" ? 0 : value.map(blank));

describe("every named mistake", () => {
  it.each(mistakes.map(({ id, mistake }) => [id, mistake.name, mistake] as const))(
    "%s: %s is refused by its own message",
    (id, name, mistake) => {
      const result = quietly(id, onTensors(id, mistake.run));
      expect(result).toMatchObject({ status: "failed", mistake: name });
      expect(result.message).toContain(mistake.message);
    },
  );
});

it("every exercise has a hand calculation", () => {
  expect(byHand.map(([id]) => id).sort()).toEqual([...ids].sort());
});

it.each(byHand)("the reference of %s agrees with a hand calculation", (id, inputs, wanted) => {
  const got = exerciseSpec(id).reference(...inputs);
  expect([got].flat(3)).toHaveLength([wanted].flat(3).length);
  [got].flat(3).forEach((entry, i) => {
    expect(entry).toBeCloseTo([wanted].flat(3)[i] as number, 12);
  });
});
