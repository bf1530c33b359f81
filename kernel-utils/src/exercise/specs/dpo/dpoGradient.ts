import type { Row } from "../../numbers";
import { defineExercise } from "../../spec";
import { normals, sigmoid } from "../shared/plain";

type Inputs = readonly [margins: Row, beta: number];

export const dpoGradient = defineExercise<Inputs>({
  id: "dpo-gradient",
  answer: "one weight per pair, [B],",
  inputs: [
    { name: "margins", kind: "float32" },
    { name: "beta", kind: "plain" },
  ],
  cases: (random) => [
    { name: "random margins, β = 0.5", property: "between 0 and β", inputs: [normals(5, 4, random), 0.5] },
    { name: "margin 0", property: "β / 2", inputs: [[0, 0], 0.1] },
    { name: "pairs badly wrong and safely right", property: "β and nearly 0", inputs: [[-400, 400], 3] },
    { name: "random margins, β = 3", property: "falls as the margin grows", inputs: [normals(4, 0.5, random), 3] },
  ],
  reference: (margins, beta) => margins.map((h) => beta * sigmoid(-beta * h)),
  mistakes: [
    {
      name: "argument-sign",
      message: "the argument of σ has the wrong sign: pairs the policy already ranks right would weigh most",
      run: (margins, beta) => margins.map((h) => beta * sigmoid(beta * h)),
    },
    {
      name: "beta-missing",
      message: "the β in front is missing: the chain rule brings it out of the argument",
      run: (margins, beta) => margins.map((h) => sigmoid(-beta * h)),
    },
    {
      name: "beta-missing-inside",
      message: "the β inside σ is missing: the loss is of βh",
      run: (margins, beta) => margins.map((h) => beta * sigmoid(-h)),
    },
    {
      name: "sign",
      message: "the sign is flipped: the weight is how strongly the chosen reply is pushed up, and is positive",
      run: (margins, beta) => margins.map((h) => -beta * sigmoid(-beta * h)),
    },
    {
      name: "derivative-of-sigma",
      message: "this is the derivative of σ; the loss is −log σ, whose derivative is −σ(−x)",
      run: (margins, beta) => margins.map((h) => beta * sigmoid(beta * h) * sigmoid(-beta * h)),
    },
  ],
  hints: [
    "differentiate −log σ(x) first: what is left of σ′ / σ?",
    "d(−log σ(x)) / dx = −σ(−x), and x = βh brings out another β; the weight is its size",
  ],
});
