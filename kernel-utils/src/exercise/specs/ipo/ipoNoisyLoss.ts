import type { Random } from "../../../tensor/random";
import type { Row } from "../../numbers";
import { defineExercise, type ExerciseCase } from "../../spec";
import { mean, normals, softplus } from "../shared/plain";

type Inputs = readonly [margins: Row, shares: Row, tau: number];

const expected = (
  margins: Row,
  shares: Row,
  tau: number,
  of: (toWin: number, toLose: number, p: number) => number,
): number[] => margins.map((h, i) => of((h - 1 / (2 * tau)) ** 2, (h + 1 / (2 * tau)) ** 2, shares[i]));

const drawn = (name: string, property: string, margins: Row, shares: Row, tau: number): ExerciseCase<Inputs> => ({
  name,
  property,
  inputs: [margins, shares, tau],
});

const someShares = (n: number, random: Random): number[] => Array.from({ length: n }, () => random.uniform());

export const ipoNoisyLoss = defineExercise<Inputs>({
  id: "ipo-noisy-loss",
  answer: "one number per pair, [B],",
  inputs: [
    { name: "margins", kind: "float32" },
    { name: "shares", kind: "float32" },
    { name: "tau", kind: "plain" },
  ],
  cases: (random) => [
    drawn("random pairs, τ = 0.5", "between the two losses", normals(4, 2, random), someShares(4, random), 0.5),
    drawn("all agree, none agrees, τ = 0.25", "the loss of one label", [1, 1], [1, 0], 0.25),
    drawn("split in half, τ = 0.1", "the same for h and −h", [3, -3, 0], [0.5, 0.5, 0.5], 0.1),
    drawn("nine of ten, at the best margin, τ = 0.1", "9, not 0: the noise is still there", [4], [0.9], 0.1),
  ],
  reference: (margins, shares, tau) => expected(margins, shares, tau, (win, lose, p) => p * win + (1 - p) * lose),
  mistakes: [
    {
      name: "exchanged",
      message: "the two shares are exchanged: p weighs the loss of the label that prefers this reply",
      run: (margins, shares, tau) => expected(margins, shares, tau, (win, lose, p) => (1 - p) * win + p * lose),
    },
    {
      name: "flips-ignored",
      message: "the opposite labels are left out: they cost (h + 1/(2τ))², with weight 1 − p",
      run: (margins, shares, tau) => expected(margins, shares, tau, (win, _lose, p) => p * win),
    },
    {
      name: "majority",
      message: "only the majority's label counts here; the minority's labels are in the data, too",
      run: (margins, shares, tau) => expected(margins, shares, tau, (win, lose, p) => (p >= 0.5 ? win : lose)),
    },
    {
      name: "averaged-target",
      message:
        "the square around the averaged target has the right slope, but lacks the noise p(1 − p)/τ² of the labels",
      run: (margins, shares, tau) => margins.map((h, i) => (h - (2 * shares[i] - 1) / (2 * tau)) ** 2),
    },
    {
      name: "zero-target",
      message: "an opposite label pulls to −1/(2τ), not to 0",
      run: (margins, shares, tau) =>
        margins.map((h, i) => shares[i] * (h - 1 / (2 * tau)) ** 2 + (1 - shares[i]) * h ** 2),
    },
    {
      name: "difference",
      message: "the opposite labels' loss is subtracted; both are costs",
      run: (margins, shares, tau) => expected(margins, shares, tau, (win, lose, p) => p * win - (1 - p) * lose),
    },
    {
      name: "cdpo",
      message: "this is cDPO, the same idea on the logistic loss; here the loss of a label is a square",
      run: (margins, shares, tau) =>
        margins.map((h, i) => shares[i] * softplus(-tau * h) + (1 - shares[i]) * softplus(tau * h)),
    },
    {
      name: "mean",
      message: "you have averaged over the pairs; return the loss of each pair",
      run: (margins, shares, tau) => mean(expected(margins, shares, tau, (win, lose, p) => p * win + (1 - p) * lose)),
    },
  ],
  hints: [
    "what does a label cost that prefers the other reply? Its margin is −h",
    "p · (h − 1/(2τ))² + (1 − p) · (h + 1/(2τ))²",
  ],
});
