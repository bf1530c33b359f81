/** What the learner's function may do to its inputs and hand back, apart from being right or wrong. */
import { runInNewContext } from "node:vm";
import * as tf from "@tensorflow/tfjs";
import { attempt, type LearnerFunction } from "../../kernel-utils/src/exercise/attempt";
import { judged } from "../../kernel-utils/src/exercise/check";
import type { ExerciseSpec } from "../../kernel-utils/src/exercise/spec";
import { todo } from "../../kernel-utils/src/exercise/todo";

beforeAll(async () => {
  tf.env().set("IS_TEST", true);
  await tf.setBackend("cpu");
});

/** Doubles a list: as a tensor, and as the plain list it is. */
const spec = (kind: "float32" | "plain"): ExerciseSpec => ({
  id: "double",
  answer: "one number per entry",
  inputs: [{ name: "rewards", kind }],
  cases: () => [
    { name: "two", property: "each is doubled", inputs: [[1, 2]] },
    { name: "minus", property: "each is doubled", inputs: [[-3, 0.5, 0]] },
  ],
  reference: (rewards) => (rewards as number[]).map((reward) => 2 * reward),
  mistakes: [],
  hints: ["how much is two times one?", "multiply by 2"],
});
const result = (kind: "float32" | "plain", fn: LearnerFunction) => judged(spec(kind), fn);
const changes = "your function changes its input rewards; work on a copy, the caller needs it";

describe("an input that is not what it was", () => {
  it.each<[string, "float32" | "plain", LearnerFunction]>([
    ["a list written into", "plain", (rewards: number[]) => rewards.map((reward, i) => (rewards[i] = 2 * reward))],
    [
      "a list that has grown",
      "plain",
      (rewards: number[]) => [rewards.map((reward) => 2 * reward), rewards.push(1)][0],
    ],
    [
      "a list that is sorted",
      "plain",
      (rewards: number[]) => {
        const answer = rewards.map((reward) => 2 * reward);
        rewards.sort((a, b) => b - a);
        return answer;
      },
    ],
    [
      "a tensor disposed of",
      "float32",
      (rewards: tf.Tensor) => {
        const answer = rewards.mul(2);
        rewards.dispose();
        return answer;
      },
    ],
    [
      "a tensor whose memory is written into",
      "float32",
      (rewards: tf.Tensor) => {
        const answer = rewards.mul(2).clone();
        rewards.dataSync()[0] = 9;
        return answer;
      },
    ],
  ])("is told: %s", (_, kind, fn) => expect(result(kind, fn)).toMatchObject({ status: "failed", message: changes }));

  it("does not hide that the answer is wrong", () => {
    const wrong = (rewards: number[]) => rewards.map((reward, i) => (rewards[i] = 3 * reward));
    expect(result("plain", wrong).message).toBe("2 of 2 entries are not right");
  });
  it("spoils no later case and no later check", () => {
    expect(result("plain", (rewards: number[]) => rewards.splice(0).map((reward) => 2 * reward)).cases[1].got).toEqual([
      -6, 1, 0,
    ]);
    expect(result("plain", (rewards: number[]) => rewards.map((reward) => 2 * reward)).status).toBe("passed");
  });
});

describe("an async function", () => {
  const promise = "you returned a Promise; this exercise wants the value itself, so drop async or add await";
  it("is told so, though its value would be right", () => {
    expect(result("float32", async (rewards: tf.Tensor) => rewards.mul(2)).message).toBe(promise);
  });
  it("whose promise is rejected raises no unhandled rejection", async () => {
    const heard: unknown[] = [];
    const hear = (reason: unknown) => heard.push(reason);
    process.on("unhandledRejection", hear);
    const fails = async () => Promise.reject(new Error("too late"));
    expect(result("float32", fails).message).toBe(promise);
    await new Promise((resolve) => setTimeout(resolve, 20));
    process.off("unhandledRejection", hear);
    expect(heard).toEqual([]);
  });
  it("is known by its then: a promise of another realm, and one of a library", () => {
    expect(result("float32", () => runInNewContext("Promise.resolve(1)")).message).toBe(promise);
    // biome-ignore lint/suspicious/noThenProperty: this is what a library's promise looks like
    expect(result("float32", () => ({ then: () => {} })).message).toBe(promise);
  });
});

describe("an answer of another realm", () => {
  it.each([
    ["list", "[2, 4]"],
    ["typed array", "Float32Array.of(2, 4)"],
    ["Float64Array", "Float64Array.of(2, 4)"],
  ])("counts as the numbers it holds: %s", (_, source) => {
    const outcome = attempt(
      () => runInNewContext(source),
      spec("plain").cases(undefined as never)[0],
      spec("plain").inputs,
    );
    expect(outcome).toEqual({ kind: "answer", value: [2, 4], leaked: 0 });
  });
  it("or as none: an object, text, a BigInt list", () => {
    const text = (source: string) => result("plain", () => runInNewContext(source)).message;
    expect(text("({ loss: 1 })")).toContain("you returned an object with loss in it");
    expect(text("'2,4'")).toContain("you returned a string");
    expect(text("[2n, 4n]")).toContain("a list with something in it that is not a number");
  });
  it("an error: its message, without the class in front", () => {
    expect(result("plain", () => runInNewContext("throw new RangeError('beta is 0')")).message).toBe(
      "your function threw: beta is 0",
    );
  });
});

it("a stub inside a try of the learner's own still counts as an answer that is wrong", () => {
  const swallowed = () => {
    try {
      return todo("how much is two times one?");
    } catch {
      return 0;
    }
  };
  expect(result("plain", swallowed).message).toBe("you returned shape []; one number per entry is [2]");
});
