import type { Random } from "../../../tensor/random";
import type { Row, Rows } from "../../numbers";
import { defineExercise } from "../../spec";
import { distribution, mean, sigmoid, softmax, sum } from "../shared/plain";

type Inputs = readonly [referenceProbs: Row, opponentProbs: Row, preferences: Rows, tau: number];

/** P(y ≻ y') for every pair: no rewards behind it, so circles are possible. */
function preferenceMatrix(n: number, random: Random): number[][] {
  const table = Array.from({ length: n }, () => new Array<number>(n).fill(0.5));
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      table[i][j] = sigmoid(2 * random.normal());
      table[j][i] = 1 - table[i][j];
    }
  }
  return table;
}

const beats = (row: Row, opponents: Row): number => sum(row.map((p, i) => p * opponents[i]));
const tilted = (reference: Row, scores: Row, tau: number): number[] =>
  softmax(reference.map((p, y) => Math.log(p) + scores[y] / tau));
const logit = (p: number): number => Math.log(p / (1 - p));

export const ipoPolicy = defineExercise<Inputs>({
  id: "ipo-policy",
  answer: "one probability per reply, [Y],",
  inputs: [
    { name: "referenceProbs", kind: "float32" },
    { name: "opponentProbs", kind: "float32" },
    { name: "preferences", kind: "float32" },
    { name: "tau", kind: "plain" },
  ],
  cases: (random) => [
    {
      name: "four replies, τ = 0.2",
      property: "positive, and sums to 1",
      inputs: [distribution(4, random), distribution(4, random), preferenceMatrix(4, random), 0.2],
    },
    {
      name: "nobody cares, τ = 0.1",
      property: "the reference, as it was",
      inputs: [[0.2, 0.3, 0.5], [0.4, 0.4, 0.2], [0, 1, 2].map(() => [0.5, 0.5, 0.5]), 0.1],
    },
    {
      name: "everybody prefers the first of two, τ = 0.5",
      property: "σ(1) and σ(−1): still not certain",
      inputs: [
        [0.5, 0.5],
        [0.5, 0.5],
        [
          [0.5, 1],
          [0, 0.5],
        ],
        0.5,
      ],
    },
    {
      name: "three replies, τ = 0.001",
      property: "finite: exp(1000) is not",
      inputs: [
        [0.7, 0.2, 0.1],
        [0.5, 0.3, 0.2],
        [
          [0.5, 0.2, 0.1],
          [0.8, 0.5, 0.4],
          [0.9, 0.6, 0.5],
        ],
        0.001,
      ],
    },
  ],
  reference: (reference, opponents, table, tau) =>
    tilted(
      reference,
      table.map((row) => beats(row, opponents)),
      tau,
    ),
  mistakes: [
    {
      name: "columns",
      message: "you have averaged down the columns: that is how often a reply loses",
      run: (reference, opponents, table, tau) =>
        tilted(
          reference,
          reference.map((_, y) =>
            beats(
              table.map((row) => row[y]),
              opponents,
            ),
          ),
          tau,
        ),
    },
    {
      name: "opponents-ignored",
      message: "the opponents all count the same here; a reply's wins are averaged over y' drawn from μ",
      run: (reference, _opponents, table, tau) =>
        tilted(
          reference,
          table.map((row) => mean(row)),
          tau,
        ),
    },
    {
      name: "reference-missing",
      message: "the reference is missing: π* is the reference, tilted",
      run: (reference, opponents, table, tau) =>
        tilted(
          reference.map(() => 1),
          table.map((row) => beats(row, opponents)),
          tau,
        ),
    },
    {
      name: "tau-multiplies",
      message: "τ multiplies the exponent; a small τ should let the policy move far, so divide by it",
      run: (reference, opponents, table, tau) =>
        tilted(
          reference,
          table.map((row) => beats(row, opponents)),
          1 / tau,
        ),
    },
    {
      name: "logit",
      message: "this averages logit(p), which is Ψ of RLHF; with Ψ the identity the probability itself is averaged",
      run: (reference, opponents, table, tau) =>
        tilted(
          reference,
          table.map((row) =>
            beats(
              row.map((p) => logit(p)),
              opponents,
            ),
          ),
          tau,
        ),
    },
    {
      name: "not-normalised",
      message: "the weights do not sum to 1: divide by their sum",
      run: (reference, opponents, table, tau) =>
        reference.map((p, y) => Math.fround(p * Math.exp(beats(table[y], opponents) / tau))),
    },
    {
      name: "overflow",
      message: "exp(1/τ) overflows at τ = 0.001; take logs first and let softmax normalise",
      run: (reference, opponents, table, tau) => {
        const weights = reference.map((p, y) => Math.fround(p * Math.exp(beats(table[y], opponents) / tau)));
        const total = Math.fround(sum(weights));
        return weights.map((weight) => weight / total);
      },
    },
  ],
  hints: [
    "first one number a reply: how often it beats an opponent drawn from μ",
    "that number is a matrix product of the table with μ; π* ∝ π_ref · exp(that / τ)",
    "softmax of log π_ref + wins / τ normalises and does not overflow",
  ],
});
