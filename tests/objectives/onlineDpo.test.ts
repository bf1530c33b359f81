import * as tf from "@tensorflow/tfjs";
import { dpo, onlineDpo } from "../../kernel-utils/src/objectives";

const inputs = {
  firstRewards: tf.tensor1d([1, 2, 0.5]),
  secondRewards: tf.tensor1d([3, 2, -1]), // second, tie, first
  policyFirstLogps: tf.tensor1d([-5, -6, -7]),
  policySecondLogps: tf.tensor1d([-8, -10, -12]),
  referenceFirstLogps: tf.tensor1d([-5, -5, -5]),
  referenceSecondLogps: tf.tensor1d([-9, -9, -9]),
};

describe("onlineDpo", () => {
  it("chooses the better-scored reply, and the first at a tie", () => {
    const ranked = {
      policyChosenLogps: tf.tensor1d([-8, -6, -7]),
      policyRejectedLogps: tf.tensor1d([-5, -10, -12]),
      referenceChosenLogps: tf.tensor1d([-9, -5, -5]),
      referenceRejectedLogps: tf.tensor1d([-5, -9, -9]),
    };
    const { firstChosen, perExample } = onlineDpo(inputs, { variant: "ipo" });
    expect([...firstChosen.dataSync()]).toEqual([0, 1, 1]);
    expect([...perExample.dataSync()]).toEqual([...dpo(ranked, { variant: "ipo" }).perExample.dataSync()]);
  });

  it("only ranks by the rewards: no gradient reaches them", () => {
    const loss = (secondRewards: tf.Tensor) => onlineDpo({ ...inputs, secondRewards }).loss.add(secondRewards.sum());
    expect([...tf.grad(loss)(inputs.secondRewards).dataSync()]).toEqual([1, 1, 1]); // the added sum alone
  });
});
