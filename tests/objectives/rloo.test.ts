import * as tf from "@tensorflow/tfjs";
import { rloo } from "../../kernel-utils/src/objectives";
import { rlooWith } from "../../kernel-utils/src/objectives/rloo";
import { expectExactly, m, table } from "./float64";

describe("rloo", () => {
  it("compares each reply with the mean of its siblings, prompt by prompt", () => {
    const { advantages, baselines } = rlooWith(m, {
      rewards: table([
        [1, 2, 6],
        [0, 4, 2],
      ]),
    });
    expectExactly(baselines, [
      [4, 3.5, 1.5],
      [3, 1, 2],
    ]);
    expectExactly(advantages, [
      [-3, -1.5, 4.5],
      [-3, 3, 0],
    ]);
  });

  it("takes β KL off the reward first", () => {
    const inputs = { rewards: table([[1, 2]]), sequenceKl: table([[10, 0]]) };
    expectExactly(rlooWith(m, inputs, { beta: 0.1 }).advantages, [[-2, 2]]); // 0 against 2
    expectExactly(rlooWith(m, inputs).advantages, [[-1, 1]]); // β is 0 by default
  });

  it("gives exactly 0 for equal rewards, in float32 too, where 0.1 + 0.1 + 0.1 is not 0.3", () => {
    const { advantages } = rloo({ rewards: tf.tensor2d([[0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1]]) });
    expect([...advantages.dataSync()].map(Math.abs)).toEqual([0, 0, 0, 0, 0, 0, 0]);
  });

  it("refuses a single reply, and β without the KL it weighs", () => {
    expect(() => rlooWith(m, { rewards: table([[1], [2]]) })).toThrow(/shape \[2,1\]; leaving one out takes 2 replies/);
    expect(() => rlooWith(m, { rewards: table([[1, 2]]) }, { beta: 0.1 })).toThrow(
      /beta is 0.1 but sequenceKl is missing/,
    );
  });
});
