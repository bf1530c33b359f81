import type { Row } from "../../numbers";
import { defineExercise } from "../../spec";
import { mean, normals, sigmoid, softplus, sum } from "../shared/plain";

type Inputs = readonly [chosenRewards: Row, rejectedRewards: Row];

const difference = (chosen: Row, rejected: Row): number[] => chosen.map((score, i) => score - rejected[i]);
const losses = (differences: Row): number[] => differences.map((d) => softplus(-d));

export const rewardLoss = defineExercise<Inputs>({
  id: "reward-loss",
  answer: "one loss per pair, [B],",
  inputs: [
    { name: "chosenRewards", kind: "float32" },
    { name: "rejectedRewards", kind: "float32" },
  ],
  cases: (random) => [
    {
      name: "random scores",
      property: "falls as the chosen reply wins by more",
      inputs: [normals(4, 2, random), normals(4, 2, random)],
    },
    {
      name: "equal scores",
      property: "log 2 for every pair",
      inputs: [
        [5, -5, 0],
        [5, -5, 0],
      ],
    },
    {
      name: "scores moved by 40",
      property: "a constant added to both scores changes nothing",
      inputs: [normals(3, 1, random).map((score) => score + 40), normals(3, 1, random).map((score) => score + 40)],
    },
    {
      name: "differences of ±900",
      property: "finite: 900 and 0",
      inputs: [
        [-450, 450],
        [450, -450],
      ],
    },
  ],
  reference: (chosen, rejected) => losses(difference(chosen, rejected)),
  mistakes: [
    {
      name: "exchanged",
      message: "you have exchanged chosen and rejected: the loss falls as the rejected reply wins",
      run: (chosen, rejected) => losses(difference(rejected, chosen)),
    },
    {
      name: "each-score",
      message: "each score has a σ of its own here; the likelihood is of the difference, one σ a pair",
      run: (chosen, rejected) => chosen.map((score, i) => softplus(-score) + softplus(rejected[i])),
    },
    {
      name: "sum-of-scores",
      message: "you have added the two scores where the likelihood subtracts them",
      run: (chosen, rejected) => losses(chosen.map((score, i) => score + rejected[i])),
    },
    {
      name: "overflow",
      message: "log(σ(x)) is −∞ at x = −900; −log σ(x) is softplus(−x), which is finite",
      run: (chosen, rejected) => difference(chosen, rejected).map((d) => -Math.log(1 / (1 + Math.exp(-d)))),
    },
    {
      name: "sign",
      message: "the sign is flipped: log σ is at most 0, and a loss is its negative",
      run: (chosen, rejected) => losses(difference(chosen, rejected)).map((loss) => -loss),
    },
    {
      name: "log-missing",
      message: "the log is missing: this is the probability of the wrong choice, not the negative log of the right one",
      run: (chosen, rejected) => difference(chosen, rejected).map((d) => sigmoid(-d)),
    },
    {
      name: "mean",
      message: "you have averaged over the pairs; return the loss of each pair",
      run: (chosen, rejected) => mean(losses(difference(chosen, rejected))),
    },
    {
      name: "total",
      message: "you have summed over the pairs; return the loss of each pair",
      run: (chosen, rejected) => sum(losses(difference(chosen, rejected))),
    },
  ],
  hints: [
    "how likely is the observed choice under σ(r_w − r_l)?",
    "the negative logarithm of that probability, one number a pair",
    "−log σ(d) = softplus(−d), with d = chosenRewards − rejectedRewards",
  ],
});
