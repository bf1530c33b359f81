import * as tf from "@tensorflow/tfjs";
import { type KlEstimator, kl, klEstimators } from "../../kernel-utils/src/objectives";
import { klWith } from "../../kernel-utils/src/objectives/kl";
import { expectExactly, m, read, table, vector } from "./float64";

const estimate = (d: number, estimator: KlEstimator, options = {}): number =>
  read<number[]>(
    klWith(m, { logps: vector([d - 3]), referenceLogps: vector([-3]) }, { estimator, ...options }).perToken,
  )[0];

describe("kl", () => {
  it.each([
    { estimator: "k1", up: 0.5, down: -0.5 },
    { estimator: "k2", up: 0.125, down: 0.125 }, // 0.5² / 2
    { estimator: "k3", up: Math.exp(-0.5) - 0.5, down: Math.exp(0.5) - 1.5 }, // e^−d − 1 + d: 0.1065 and 0.1487
    { estimator: "abs", up: 0.5, down: 0.5 },
  ] as const)("$estimator of d = ±½ is $up and $down", ({ estimator, up, down }) => {
    expect(estimate(0.5, estimator)).toBeCloseTo(up, 14);
    expect(estimate(-0.5, estimator)).toBeCloseTo(down, 14);
  });

  it.each([
    { estimator: "k1", slope: 1 },
    { estimator: "k2", slope: 0.5 }, // d
    { estimator: "k3", slope: 1 - Math.exp(-0.5) },
    { estimator: "abs", slope: 1 },
  ] as const)("$estimator has slope $slope / B at d = ½", ({ estimator, slope }) => {
    const logps = vector([-1, -1]);
    klWith(m, { logps, referenceLogps: vector([-1.5, -1.5]) }, { estimator }).loss.backward();
    expect(logps.gradient[0]).toBeCloseTo(slope / 2, 14);
  });

  it("all four are 0 where policy and reference agree, with slope 0 but for k1", () => {
    for (const estimator of klEstimators) {
      const logps = vector([-2]);
      const { loss } = klWith(m, { logps, referenceLogps: vector([-2]) }, { estimator });
      loss.backward();
      expect([loss.values[0], logps.gradient[0]]).toEqual([0, estimator === "k1" ? 1 : 0]);
    }
  });

  it("k3 keeps the digits of d = 1e-4 in float32: 5e-9, where exp − 1 + d gives 0 or noise", () => {
    const { perToken } = kl({ logps: tf.tensor([1e-4]), referenceLogps: tf.tensor([0]) }, { estimator: "k3" });
    expect(Math.abs(perToken.dataSync()[0] - 5e-9)).toBeLessThan(4e-12 + 3e-12); // half an ulp of 1e-4 is 3.6e-12
  });

  it("E_π[k1] = E_π[k3] = KL, E_π[k2] is not, and the reversed k1 is its negative", () => {
    const policy = [0.7, 0.2, 0.1];
    const reference = [0.5, 0.1, 0.4];
    const exact = policy.reduce((sum, p, i) => sum + p * Math.log(p / reference[i]), 0);
    const expected = (estimator: KlEstimator) =>
      policy.reduce((sum, p, i) => sum + p * estimate(Math.log(p / reference[i]), estimator), 0);
    expect(expected("k1")).toBeCloseTo(exact, 14);
    expect(expected("k3")).toBeCloseTo(exact, 14);
    // (0.7·0.3365² + 0.2·0.6931² + 0.1·1.3863²) / 2 = 0.1838, where the KL is 0.2355
    expect(expected("k2")).toBeCloseTo(0.1838, 3);
  });

  it("is finite at d = −800: the ratio is held at e²⁰ before exp, and nothing flows back", () => {
    const logps = vector([-800]);
    const { loss } = klWith(m, { logps, referenceLogps: vector([0]) }, { estimator: "k3" });
    loss.backward();
    expect(loss.values[0]).toBeCloseTo(Math.exp(20) - 21, 5);
    expect(logps.gradient[0]).toBe(0);
  });

  it("clamps d, then the estimate", () => {
    expect(estimate(30, "k1", { inputClamp: 20 })).toBe(20);
    expect(estimate(-5, "k3", { outputClamp: 10 })).toBe(10); // e⁵ − 6 = 142.4
    expect(estimate(-30, "k1", { outputClamp: 10 })).toBe(-10);
    expect(estimate(30, "k1")).toBe(30); // none by default
  });

  it("averages into loss and sums a row into perExample", () => {
    const { loss, perExample } = klWith(m, {
      logps: table([
        [-1, -2],
        [-3, -4],
      ]),
      referenceLogps: table([
        [-2, -2],
        [-3, -7],
      ]),
    });
    expectExactly(loss, 1); // (1 + 0 + 0 + 3) / 4
    expectExactly(perExample, [1, 3]);
  });

  it("refuses other shapes, unknown estimators and clamps that hold nothing", () => {
    expect(() => kl({ logps: tf.zeros([2]), referenceLogps: tf.zeros([2, 1]) })).toThrow(
      /referenceLogps has shape \[2,1\]/,
    );
    expect(() => estimate(0, "k4" as "k1")).toThrow(/estimator is "k4"; choose one of k1, k2, k3, abs/);
    expect(() => estimate(0, "k1", { inputClamp: -1 })).toThrow(/inputClamp is -1; it must be > 0/);
  });
});
