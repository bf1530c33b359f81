import * as tf from "@tensorflow/tfjs";
import { type KtoInputs, type KtoOptions, kto } from "../../kernel-utils/src/objectives";

/** Log-ratios of the replies and of the mismatched ones; the reference is far from 0: forgetting it shows. */
const batch = (logRatios: number[], desirable: number[], mismatched: number[]): KtoInputs<tf.Tensor> => ({
  policyLogps: tf.tensor1d(logRatios.map((x) => x - 10)),
  referenceLogps: tf.fill([logRatios.length], -10),
  desirable: tf.tensor1d(desirable),
  klPolicyLogps: tf.tensor1d(mismatched.map((x) => x - 20)),
  klReferenceLogps: tf.fill([mismatched.length], -20),
});
const number = (tensor: tf.Tensor): number => tensor.dataSync()[0];
const lossOf = (inputs: KtoInputs<tf.Tensor>, options?: KtoOptions): number => number(kto(inputs, options).loss);
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

describe("kto", () => {
  it("is 0.5 where policy equals reference, whatever the labels", () => {
    expect(lossOf(batch([0, 0], [1, 0], [0, 0]))).toBeCloseTo(0.5, 6);
    expect(lossOf(batch([0, 0, 0], [1, 1, 1], [0, 0, 0]))).toBeCloseTo(0.5, 6);
  });

  it("values a reply against z0 = mean(3, 1) = 2, which β does not scale first", () => {
    const inputs = batch([4, -1], [1, 0], [3, 1]);
    const [desirable, undesirable] = [1 - sigmoid(0.1 * (4 - 2)), 1 - sigmoid(0.1 * (2 - -1))];
    expect(number(kto(inputs).metrics.kl)).toBeCloseTo(2, 5);
    expect(lossOf(inputs)).toBeCloseTo((desirable + undesirable) / 2, 6);
    expect(lossOf(inputs, { desirableWeight: 1.5, undesirableWeight: 0.5 })).toBeCloseTo(
      (1.5 * desirable + 0.5 * undesirable) / 2,
      6,
    );
  });

  it("takes the mean first and the maximum with 0 after", () => {
    expect(number(kto(batch([0, 0], [1, 0], [3, -1])).metrics.kl)).toBeCloseTo(1, 5); // clamping each would give 1.5
    expect(number(kto(batch([0, 0], [1, 0], [-3, 1])).metrics.kl)).toBe(0);
  });

  it("pulls a desirable reply up by λ_D β σ(x) σ(−x) / B and sends nothing through z0", () => {
    const inputs = batch([4, -1], [1, 0], [3, 1]);
    const loss = (policyLogps: tf.Tensor) => kto({ ...inputs, policyLogps }, { desirableWeight: 1.5 }).loss;
    const [up, down] = tf.grad(loss)(inputs.policyLogps).dataSync();
    expect(up).toBeCloseTo((-1.5 * 0.1 * sigmoid(0.2) * sigmoid(-0.2)) / 2, 6);
    expect(down).toBeCloseTo((0.1 * sigmoid(0.3) * sigmoid(-0.3)) / 2, 6);
    const through = (klPolicyLogps: tf.Tensor) => kto({ ...inputs, klPolicyLogps }).loss.add(klPolicyLogps.sum());
    expect([...tf.grad(through)(inputs.klPolicyLogps).dataSync()]).toEqual([1, 1]); // the added sum alone
  });

  it.each([
    { label: 1, present: "chosen", absent: "rejected" },
    { label: 0, present: "rejected", absent: "chosen" },
  ])("gives no NaN for a batch of $present replies only, and says so in the counts", ({ label, present, absent }) => {
    const { loss, metrics } = kto(batch([4, 2], [label, label], [0, 0]));
    expect(Number.isFinite(number(loss))).toBe(true);
    expect(number(metrics[`rewards/${present}`])).toBeCloseTo(0.3, 5); // β · 3
    expect(number(metrics[`count/${present}`])).toBe(2);
    for (const name of [`rewards/${absent}`, `count/${absent}`, "rewards/margins"])
      expect(number(metrics[name])).toBeCloseTo(0, 12);
  });

  it("averages rewards and log-probs over their class", () => {
    const { metrics } = kto(batch([4, 2, -1], [1, 1, 0], [0, 0, 0]));
    expect(number(metrics["rewards/chosen"])).toBeCloseTo(0.3, 5);
    expect(number(metrics["rewards/rejected"])).toBeCloseTo(-0.1, 5);
    expect(number(metrics["rewards/margins"])).toBeCloseTo(0.4, 5);
    expect(number(metrics["logps/chosen"])).toBeCloseTo(-7, 5);
  });

  it("saturates at ±800 nats without NaN", () => {
    expect(lossOf(batch([800, -800], [1, 0], [0, 0]), { beta: 1 })).toBe(0);
    expect(lossOf(batch([-800, 800], [1, 0], [0, 0]), { beta: 1 })).toBe(1);
  });

  it("is not the mean over half batches, since z0 belongs to the batch", () => {
    const whole = lossOf(batch([1, 1], [1, 1], [6, -6])); // z0 = 0
    const halves = (lossOf(batch([1], [1], [6])) + lossOf(batch([1], [1], [-6]))) / 2; // z0 = 6 and 0
    expect(Math.abs(whole - halves)).toBeGreaterThan(0.05);
  });

  it.each([
    [{ beta: -1 }, /beta is -1; it must be > 0/],
    [{ desirableWeight: -1 }, /desirableWeight is -1; it must be >= 0/],
    [{ undesirableWeight: Number.NaN }, /undesirableWeight is NaN/],
  ] as [KtoOptions, RegExp][])("refuses %j", (options, message) =>
    expect(() => kto(batch([0], [1], [0]), options)).toThrow(message),
  );
});
