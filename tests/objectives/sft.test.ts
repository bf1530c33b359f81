import * as tf from "@tensorflow/tfjs";
import { type SftOptions, sft } from "../../kernel-utils/src/objectives";

// Row 0 counts two tokens (costs 1 and 2), row 1 one (cost 6), row 2 none; what is masked must never matter.
const tokenLogps = tf.tensor2d([
  [-1, -2, Number.NaN],
  [-6, -700, Number.NEGATIVE_INFINITY],
  [-3, -3, -3],
]);
const mask = tf.tensor2d([
  [1, 1, 0],
  [1, 0, 0],
  [0, 0, 0],
]);
const lossOf = (options: SftOptions): number => sft(tokenLogps, mask, options).loss.dataSync()[0];

describe("sft", () => {
  it.each([
    { reduction: "token", loss: 3 }, // (1 + 2 + 6) / 3 tokens
    { reduction: "sequence-mean", loss: 3.75 }, // (1.5 + 6) / 2: the empty row does not dilute
    { reduction: "sequence-sum", loss: 3 }, // (3 + 6 + 0) / 3 rows
  ] satisfies { reduction: SftOptions["reduction"]; loss: number }[])("$reduction costs $loss", ({ reduction, loss }) =>
    expect(lossOf({ reduction })).toBeCloseTo(loss, 6),
  );

  it("weighs every token alike by default: the gradient is −1/3 where counted and 0 elsewhere, never NaN", () => {
    const gradient = tf
      .grad((logps) => sft(logps, mask).loss)(tokenLogps)
      .arraySync();
    const third = -1 / 3;
    const expected = [third, third, 0, third, 0, 0, 0, 0, 0];
    (gradient as number[][]).flat().forEach((value, i) => expect(value).toBeCloseTo(expected[i], 6));
  });

  it("says how many tokens counted", () => expect(sft(tokenLogps, mask).metrics.tokens.dataSync()[0]).toBe(3));

  it("costs 0, not NaN, when nothing counts", () => {
    const nothing = tf.zerosLike(mask);
    expect(sft(tokenLogps, nothing).loss.dataSync()[0]).toBe(0);
    expect(sft(tokenLogps, nothing, { reduction: "sequence-mean" }).loss.dataSync()[0]).toBe(0);
  });

  it("refuses a mask of another shape and an unknown reduction", () => {
    expect(() => sft(tokenLogps, mask.slice([0, 0], [3, 2]))).toThrow(/mask has shape \[3,2\], tokenLogps has \[3,3\]/);
    expect(() => sft(tokenLogps, mask, { reduction: "mean" as "token" })).toThrow(/choose one of token, sequence-mean/);
  });
});
