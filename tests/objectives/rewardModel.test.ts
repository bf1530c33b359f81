import * as tf from "@tensorflow/tfjs";
import { type RewardModelOptions, rewardModel } from "../../kernel-utils/src/objectives";

const inputs = { chosenRewards: tf.tensor1d([2, 1]), rejectedRewards: tf.tensor1d([-1, 1]) };
const softplus = (x: number): number => Math.log1p(Math.exp(x));
const run = (options: RewardModelOptions = {}, margins?: tf.Tensor) => rewardModel({ ...inputs, margins }, options);
const number = (tensor: tf.Tensor): number => tensor.dataSync()[0];

describe("rewardModel", () => {
  it("is ln 2 where both replies score alike, whatever the score", () => {
    const same = { chosenRewards: tf.tensor1d([7, -7]), rejectedRewards: tf.tensor1d([7, -7]) };
    expect(number(rewardModel(same).loss)).toBeCloseTo(Math.LN2, 6);
  });

  it("costs softplus(−3) and ln 2 at differences of 3 and 0", () =>
    expect(number(run().loss)).toBeCloseTo((softplus(-3) + Math.LN2) / 2, 6));

  it("asks for the margin on top", () =>
    expect(number(run({}, tf.tensor1d([1, 2])).loss)).toBeCloseTo((softplus(-2) + softplus(2)) / 2, 6));

  it("centres the sum of the two scores, not each", () => {
    const { loss, metrics, perExample } = run({ centering: 0.1 });
    const penalty = (0.1 * (1 ** 2 + 2 ** 2)) / 2; // sums 1 and 2; each score squared would give 0.35
    expect(number(metrics.centeringPenalty)).toBeCloseTo(penalty, 6);
    expect(number(loss)).toBeCloseTo((softplus(-3) + Math.LN2) / 2 + penalty, 6);
    expect(number(tf.mean(perExample))).toBeCloseTo(number(loss), 6);
  });

  it("pushes the chosen score up by σ(−3)/B, and the rejected one down as much", () => {
    const [chosen, rejected] = tf.grads(
      (chosenRewards: tf.Tensor, rejectedRewards: tf.Tensor) => rewardModel({ chosenRewards, rejectedRewards }).loss,
    )([inputs.chosenRewards, inputs.rejectedRewards]);
    expect(number(chosen)).toBeCloseTo(-0.0474259 / 2, 6);
    expect(number(rejected)).toBeCloseTo(0.0474259 / 2, 6);
  });

  it("counts a tie as wrong", () => {
    expect(number(run().metrics.accuracy)).toBe(0.5);
    expect(number(run().metrics.margin)).toBe(1.5);
  });

  it("is 800 at a difference of −800, with slope −1", () => {
    const at = (x: tf.Tensor) => rewardModel({ chosenRewards: x, rejectedRewards: tf.tensor1d([400]) }).loss;
    expect(number(at(tf.tensor1d([-400])))).toBe(800);
    expect(number(tf.grad(at)(tf.tensor1d([-400])))).toBe(-1);
  });

  it("refuses a negative centering and margins of another length", () => {
    expect(() => run({ centering: -1 })).toThrow(/centering is -1; it must be >= 0/);
    expect(() => run({}, tf.tensor1d([1]))).toThrow(/margins has shape \[1\], chosenRewards has \[2\]/);
  });
});
