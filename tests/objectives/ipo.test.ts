import * as tf from "@tensorflow/tfjs";
import { type DpoInputs, dpo, type IpoOptions, ipo } from "../../kernel-utils/src/objectives";

const pair = (chosen: number, rejected: number): DpoInputs<tf.Tensor> => ({
  policyChosenLogps: tf.tensor1d([-10 + chosen, -10 + chosen]),
  policyRejectedLogps: tf.tensor1d([-12 + rejected, -12 + rejected]),
  referenceChosenLogps: tf.tensor1d([-10, -10]),
  referenceRejectedLogps: tf.tensor1d([-12, -12]),
  chosenLengths: tf.tensor1d([4, 4]),
  rejectedLengths: tf.tensor1d([2, 2]),
});
const lossOf = (inputs: DpoInputs<tf.Tensor>, options?: IpoOptions): number => ipo(inputs, options).loss.dataSync()[0];

describe("ipo", () => {
  it.each([{ tau: 0.1 }, { tau: 0.5 }, { tau: 2 }])("is 1/(4τ²) at $tau where policy equals reference", ({ tau }) =>
    expect(lossOf(pair(0, 0), { tau })).toBeCloseTo(1 / (4 * tau * tau), 5),
  );

  it("regresses the whole replies' margin of 3 on 5 nats", () => expect(lossOf(pair(2, -1))).toBeCloseTo(4, 5)); // (3 − 5)²

  it("regresses the tokens' margin of 1 on 5 nats where asked for means", () =>
    expect(lossOf(pair(2, -1), { logps: "mean" })).toBeCloseTo(16, 5)); // (2/4 − (−1)/2 − 5)²

  it("pulls by 2(x − 1/(2τ))/B: down once the target is passed, where DPO would still pull up", () => {
    const slope = (margin: number, objective: typeof ipo | typeof dpo): number =>
      tf
        .grad((policyChosenLogps: tf.Tensor) => objective({ ...pair(0, 0), policyChosenLogps }).loss)(
          tf.tensor1d([-10 + margin, -10 + margin]),
        )
        .dataSync()[0];
    expect(slope(3, ipo)).toBeCloseTo(-2, 5);
    expect(slope(5, ipo)).toBeCloseTo(0, 5);
    expect(slope(7, ipo)).toBeCloseTo(2, 5);
    expect(slope(7, dpo)).toBeLessThan(0);
  });

  it("has its minimum at (2p − 1)/(2τ) where a share p of the labels prefers the first reply", () => {
    const [p, tau] = [0.8, 0.1];
    const expected = (x: number): number => p * lossOf(pair(x, 0), { tau }) + (1 - p) * lossOf(pair(-x, 0), { tau });
    const best = (2 * p - 1) / (2 * tau); // 3
    const h = 0.01;
    expect((expected(best + h) - expected(best - h)) / (2 * h)).toBeCloseTo(0, 2);
    expect(expected(best)).toBeLessThan(Math.min(expected(best - 0.5), expected(best + 0.5)));
  });

  it("is the variant ipo of dpo on sums", () => {
    const both = [ipo(pair(2, -1), { tau: 0.3 }), dpo(pair(2, -1), { variant: "ipo", beta: 0.3 })];
    expect(both[0].loss.dataSync()[0]).toBe(both[1].loss.dataSync()[0]);
  });

  it("is (800 + 5)² at h = −800", () => expect(lossOf(pair(-800, 0))).toBeCloseTo(805 ** 2, 0));

  it("refuses τ = 0, an unknown reduction, and means without lengths", () => {
    const { chosenLengths: _chosen, rejectedLengths: _rejected, ...without } = pair(0, 0);
    expect(() => ipo(pair(0, 0), { tau: 0 })).toThrow(/ipo: option tau is 0; it must be > 0/);
    expect(() => ipo(pair(0, 0), { logps: "avg" as "mean" })).toThrow(/logps is "avg"; choose one of sum, mean/);
    expect(() => ipo(without, { logps: "mean" })).toThrow(/ipo: missing input "chosenLengths"/);
  });
});
