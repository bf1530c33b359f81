import type { Row } from "../../numbers";
import { defineExercise } from "../../spec";
import { normals, sigmoid } from "../shared/plain";

type Inputs = readonly [chosenRewards: Row, rejectedRewards: Row];

const each = (chosen: Row, rejected: Row, slope: (d: number, pairs: number) => number): number[] =>
  chosen.map((score, i) => slope(score - rejected[i], chosen.length));

export const rewardGradient = defineExercise<Inputs>({
  id: "reward-gradient",
  answer: "one slope per chosen score, [B],",
  inputs: [
    { name: "chosenRewards", kind: "float32" },
    { name: "rejectedRewards", kind: "float32" },
  ],
  cases: (random) => [
    {
      name: "random scores",
      property: "between −1/B and 0",
      inputs: [normals(4, 2, random), normals(4, 2, random)],
    },
    {
      name: "equal scores",
      property: "−1/(2B)",
      inputs: [
        [3, -3, 0],
        [3, -3, 0],
      ],
    },
    { name: "one pair", property: "minus the probability that the pair goes the other way", inputs: [[0.5], [-0.7]] },
    {
      name: "pairs badly wrong and safely right",
      property: "−1/B and nearly 0",
      inputs: [
        [-60, 60],
        [60, -60],
      ],
    },
  ],
  reference: (chosen, rejected) => each(chosen, rejected, (d, pairs) => -sigmoid(-d) / pairs),
  mistakes: [
    {
      name: "sign",
      message: "the sign is flipped: this is the direction of descent; the loss itself falls as the chosen score rises",
      run: (chosen, rejected) => each(chosen, rejected, (d, pairs) => sigmoid(-d) / pairs),
    },
    {
      name: "mean-missing",
      message: "the 1/B is missing: the loss is the mean over the batch",
      run: (chosen, rejected) => each(chosen, rejected, (d) => -sigmoid(-d)),
    },
    {
      name: "argument-sign",
      message: "the argument of σ has the wrong sign: pairs that are safely right would pull hardest",
      run: (chosen, rejected) => each(chosen, rejected, (d, pairs) => -sigmoid(d) / pairs),
    },
    {
      name: "derivative-of-sigma",
      message: "this is the slope of −σ; the loss is −log σ, and dividing by σ leaves −σ(−d)",
      run: (chosen, rejected) => each(chosen, rejected, (d, pairs) => (-sigmoid(d) * sigmoid(-d)) / pairs),
    },
    {
      name: "loss",
      message: "this is the loss of each pair, not its slope",
      run: (chosen, rejected) => each(chosen, rejected, (d) => Math.max(-d, 0) + Math.log1p(Math.exp(-Math.abs(d)))),
    },
  ],
  hints: [
    "what is the derivative of −log σ(d), and what is ∂d/∂r_w?",
    "−σ(−d) for a pair, and the batch mean divides by B",
  ],
});
