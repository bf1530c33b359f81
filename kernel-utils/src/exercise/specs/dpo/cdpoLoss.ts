import type { Row } from "../../numbers";
import { defineExercise } from "../../spec";
import { mean, normals, softplus } from "../shared/plain";

type Inputs = readonly [margins: Row, beta: number, epsilon: number];

/** (1 − ε) of the loss as labelled and ε of the loss with the label flipped. */
const smoothed = (margins: Row, beta: number, epsilon: number): number[] =>
  margins.map((h) => (1 - epsilon) * softplus(-beta * h) + epsilon * softplus(beta * h));
const naiveLogSigmoid = (x: number): number => Math.log(1 / (1 + Math.exp(-x)));

export const cdpoLoss = defineExercise<Inputs>({
  id: "cdpo-loss",
  answer: "one loss per pair, [B],",
  inputs: [
    { name: "margins", kind: "float32" },
    { name: "beta", kind: "plain" },
    { name: "epsilon", kind: "plain" },
  ],
  cases: (random) => [
    { name: "random margins, β = 0.5, ε = 0.1", property: "positive", inputs: [normals(5, 4, random), 0.5, 0.1] },
    { name: "margin 0", property: "log 2, whatever ε", inputs: [[0, 0], 0.1, 0.3] },
    { name: "ε = 0", property: "the DPO loss", inputs: [normals(4, 3, random), 0.3, 0] },
    { name: "margins of ±800", property: "finite: 720 and 80", inputs: [[-800, 800], 1, 0.1] },
    { name: "random margins, β = 3, ε = 0.4", property: "nearly even", inputs: [normals(4, 1, random), 3, 0.4] },
  ],
  reference: smoothed,
  mistakes: [
    {
      name: "exchanged",
      message: "ε and 1 − ε are exchanged: a share ε of the labels is wrong, the rest is right",
      run: (margins, beta, epsilon) => smoothed(margins, beta, 1 - epsilon),
    },
    {
      name: "smoothing-missing",
      message: "ε has no effect: the flipped label has −βh in σ, not βh",
      run: (margins, beta) => smoothed(margins, beta, 0),
    },
    {
      name: "beta-missing",
      message: "β is missing: it multiplies the margin inside σ",
      run: (margins, _beta, epsilon) => smoothed(margins, 1, epsilon),
    },
    {
      name: "beta-missing-in-line",
      message: "the straight line has slope εβ: its β is missing",
      run: (margins, beta, epsilon) => margins.map((h) => softplus(-beta * h) + epsilon * h),
    },
    {
      name: "line-sign",
      message: "the straight line has the wrong sign: it pulls large margins back, so it grows with h",
      run: (margins, beta, epsilon) => margins.map((h) => softplus(-beta * h) - epsilon * beta * h),
    },
    {
      name: "weight-missing",
      message: "the loss as labelled counts 1 − ε, not 1: the two weights add up to one",
      run: (margins, beta, epsilon) => margins.map((h) => softplus(-beta * h) + epsilon * softplus(beta * h)),
    },
    {
      name: "margin-shrunk",
      message: "you have smoothed the margin; the average is of two losses, outside the logarithm",
      run: (margins, beta, epsilon) => margins.map((h) => softplus(-(1 - 2 * epsilon) * beta * h)),
    },
    {
      name: "robust",
      message: "this is robust DPO, which subtracts the flipped loss and divides by 1 − 2ε; cDPO adds it",
      run: (margins, beta, epsilon) =>
        margins.map((h) => ((1 - epsilon) * softplus(-beta * h) - epsilon * softplus(beta * h)) / (1 - 2 * epsilon)),
    },
    {
      name: "overflow",
      message: "log(σ(x)) overflows at margins like −800; −log σ(x) is softplus(−x), which does not",
      run: (margins, beta, epsilon) =>
        margins.map((h) => -(1 - epsilon) * naiveLogSigmoid(beta * h) - epsilon * naiveLogSigmoid(-beta * h)),
    },
    {
      name: "mean",
      message: "you have averaged over the pairs; return the loss of each pair",
      run: (margins, beta, epsilon) => mean(smoothed(margins, beta, epsilon)),
    },
  ],
  hints: [
    "what would the pair cost if its label were the other way round? replace h by −h",
    "(1 − ε) softplus(−βh) + ε softplus(βh), or shorter by dpo.14: softplus(−βh) + εβh",
  ],
});
