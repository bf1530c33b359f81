import * as tf from "@tensorflow/tfjs";
import { type PpoOptions, ppo } from "../../kernel-utils/src/objectives";
import { ppoWith } from "../../kernel-utils/src/objectives/ppo";
import { expectExactly, m, table } from "./float64";

/** One row with these ratios to old log-probs of −3. */
const withRatios = (ratios: number[], advantages: number[], mask = ratios.map(() => 1)) => ({
  logps: table([ratios.map((ratio) => -3 + Math.log(ratio))]),
  oldLogps: table([ratios.map(() => -3)]),
  advantages: table([advantages]),
  mask: table([mask]),
});
const policyLoss = (ratio: number, advantage: number, options: PpoOptions = {}): number =>
  ppoWith(m, withRatios([ratio], [advantage]), options).loss.values[0];

describe("ppo", () => {
  it.each([
    { ratio: 1.1, advantage: 2, loss: -2.2 }, // inside
    { ratio: 1.5, advantage: 2, loss: -2.4 }, // clipped at 1.2
    { ratio: 0.5, advantage: 2, loss: -1 }, // no clip on the side that hurts
    { ratio: 0.5, advantage: -2, loss: 1.6 }, // clipped at 0.8
    { ratio: 1.5, advantage: -2, loss: 3 }, // no clip
  ])("ratio $ratio, advantage $advantage costs $loss", ({ ratio, advantage, loss }) =>
    expect(policyLoss(ratio, advantage)).toBeCloseTo(loss, 12),
  );

  it("clips the two sides apart: 1.28 above and 0.9 below", () => {
    expect(policyLoss(2, 1, { clipLow: 0.1, clipHigh: 0.28 })).toBeCloseTo(-1.28, 12);
    expect(policyLoss(0.1, -1, { clipLow: 0.1, clipHigh: 0.28 })).toBeCloseTo(0.9, 12);
  });

  // NeMo RL, tests of ClippedPGLossFn: −0.6333 and, with dual clip 3, 4.1667
  it("agrees with NeMo RL's examples", () => {
    const clipped = ppoWith(m, withRatios([0.5, 1, 1.5], [1, -1, 2]));
    expect(clipped.loss.values[0]).toBeCloseTo(-1.9 / 3, 12); // (−0.5 + 1 − 2.4) / 3
    const dual = ppoWith(m, withRatios([0.5, 1, 10], [1, -1, -4]), { dualClip: 3 });
    expect(dual.loss.values[0]).toBeCloseTo(12.5 / 3, 12); // (−0.5 + 1 + 12) / 3: 12 in place of 40
    expectExactly(dual.perExample, [12.5 / 3]);
  });

  it("dual clip bounds a bad token and stops its gradient; a good one is left alone", () => {
    const inputs = withRatios([10, 10], [-4, 4]);
    ppoWith(m, inputs, { dualClip: 3, clipHigh: 20 }).loss.backward();
    expect(inputs.logps.gradient[0]).toBe(0);
    expect(inputs.logps.gradient[1]).toBeCloseTo(-20, 10); // −A r / 2 tokens
  });

  it("at initialisation: ratio 1, approxkl 0, clipfrac 0, loss −mean A, gradient −A / tokens: the policy gradient", () => {
    const inputs = withRatios([1, 1, 1], [2, -1, 5], [1, 1, 0]);
    const { loss, ratio, metrics } = ppoWith(m, inputs);
    loss.backward();
    expectExactly(loss, -0.5);
    expectExactly(ratio, [[1, 1, 1]]);
    expectExactly(metrics["policy/approxkl"], 0);
    expectExactly(metrics["policy/clipfrac"], 0);
    expect([...inputs.logps.gradient]).toEqual([-1, 0.5, 0]);
  });

  it("has gradient −A r / tokens inside the clip and 0 beyond it", () => {
    const inputs = withRatios([1.1, 1.5, 0.5, 0.5], [2, 2, 2, -2]);
    ppoWith(m, inputs).loss.backward();
    const wanted = [-2.2 / 4, 0, -1 / 4, 0];
    inputs.logps.gradient.forEach((slope, t) => expect(slope).toBeCloseTo(wanted[t], 12));
  });

  it("counts as clipped what the clip changed, and averages over counted tokens only", () => {
    const { metrics } = ppoWith(m, withRatios([1.5, 1.5, 1.1, 9], [1, -1, 1, 1], [1, 1, 1, 0]));
    expectExactly(metrics["policy/clipfrac"], 1 / 3); // 1.5 with A > 0; with A < 0 the pessimistic side is unclipped
    const squares = 2 * Math.log(1.5) ** 2 + Math.log(1.1) ** 2;
    expectExactly(metrics["policy/approxkl"], squares / 3 / 2);
    expectExactly(metrics["val/ratio"], 4.1 / 3);
  });

  it("holds the log-ratio at ±20 before exp, in float32 too, and nothing flows back from there", () => {
    const extreme = { ...withRatios([1], [-1]), logps: table([[800]]) };
    expect(ppoWith(m, extreme).loss.values[0]).toBeCloseTo(Math.exp(20), 4);
    expect(ppoWith(m, extreme, { logRatioClamp: 2 }).loss.values[0]).toBeCloseTo(Math.exp(2), 12);
    const one = (value: number) => tf.tensor2d([[value]]);
    const loss = (logps: tf.Tensor) => ppo({ logps, oldLogps: one(-3), advantages: one(-1), mask: one(1) }).loss;
    const { value, grad } = tf.valueAndGrad(loss)(one(800));
    expect(value.dataSync()[0] / Math.exp(20)).toBeCloseTo(1, 5);
    expect(grad.dataSync()[0]).toBe(0);
  });

  it("costs 0, not NaN, where nothing counts, whatever is masked", () => {
    const nothing = { ...withRatios([1, 1], [Number.NaN, 1], [0, 0]), logps: table([[Number.NaN, -1]]) };
    const { loss, perExample, metrics } = ppoWith(m, nothing);
    loss.backward();
    expectExactly(loss, 0);
    expectExactly(perExample, [0]);
    expectExactly(metrics["val/ratio"], 0);
    expect([...nothing.logps.gradient]).toEqual([0, 0]);
  });
});

describe("ppo's value loss", () => {
  const policy = withRatios([1, 1], [0, 0]);
  const value = (values: number[], oldValues: number[] | undefined, returns: number[], options: PpoOptions = {}) =>
    ppoWith(
      m,
      { ...policy, values: table([values]), oldValues: oldValues && table([oldValues]), returns: table([returns]) },
      options,
    );

  it("takes the larger of the plain and the clipped squared error, halved", () => {
    // V 1 → R 2, V_old 0: plain 1, clipped (0.2 − 2)² = 3.24.   V 3 → R 1, V_old 2.9: plain 4, clipped the same
    const { valueLoss, loss, metrics } = value([1, 3], [0, 2.9], [2, 1]);
    expectExactly(valueLoss, (3.24 + 4) / 4);
    expectExactly(loss, 0.1 * 1.81);
    expectExactly(metrics["val/clipfrac"], 0.5);
  });

  it("is ½ (V − R)² without old values or with an infinite clip", () => {
    expectExactly(value([1, 3], undefined, [2, 1]).valueLoss, (1 + 4) / 4);
    expectExactly(value([1, 3], [0, 0], [2, 1], { valueClip: Infinity }).valueLoss, (1 + 4) / 4);
  });

  it("has gradient coefficient · (V − R) / tokens where plain, 0 where the clip decides", () => {
    const values = table([[1, 3]]);
    const inputs = { ...policy, values, oldValues: table([[0, 2.9]]), returns: table([[2, 1]]) };
    ppoWith(m, inputs, { valueCoefficient: 0.5 }).loss.backward();
    expect([...values.gradient]).toEqual([0, 0.5 * 2 * 0.5]);
  });

  it("has a mask of its own", () => {
    const inputs = { ...policy, mask: table([[1, 0]]), values: table([[1, 3]]), returns: table([[2, 1]]) };
    expectExactly(ppoWith(m, inputs).valueLoss, 0.5);
    expectExactly(ppoWith(m, { ...inputs, valueMask: table([[1, 1]]) }).valueLoss, 1.25);
  });

  it("refuses half of what it needs, and options outside their range", () => {
    const values = table([[1, 3]]);
    expect(() => ppoWith(m, { ...policy, values })).toThrow(/values is given without returns/);
    expect(() => ppoWith(m, { ...policy, returns: values })).toThrow(/returns is given without values/);
    expect(() => value([1, 1], undefined, [1, 1], { valueClip: 0.5 })).toThrow(/valueClip is given without oldValues/);
    expect(() => ppoWith(m, policy, { dualClip: 1 })).toThrow(/dualClip is 1; it must be > 1/);
    expect(() => ppoWith(m, policy, { clipLow: 1 })).toThrow(/clipLow is 1; it must be in \[0, 1\)/);
    expect(() => ppoWith(m, { ...policy, mask: table([[1]]) })).toThrow(/mask has shape \[1,1\], logps has \[1,2\]/);
  });
});
