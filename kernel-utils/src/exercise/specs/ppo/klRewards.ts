import type { Random } from "../../../tensor/random";
import type { Row } from "../../numbers";
import { defineExercise, type ExerciseCase } from "../../spec";
import { normals, sum } from "../shared/plain";

type Inputs = readonly [logps: Row, referenceLogps: Row, score: number, beta: number];

const penalties = (logps: Row, referenceLogps: Row, beta: number): number[] =>
  logps.map((logp, t) => -beta * (logp - referenceLogps[t]));
const withScore = (rewards: Row, score: number, at: number): number[] =>
  rewards.map((reward, t) => (t === at ? reward + score : reward));
const last = (row: Row): number => row.length - 1;

const drawn = (
  name: string,
  property: string,
  [length, score, beta]: readonly [number, number, number],
  random: Random,
): ExerciseCase<Inputs> => {
  const referenceLogps = normals(length, 1, random).map((x) => -3 - Math.abs(x));
  const moved = normals(length, 1, random).map((x) => x + 0.3);
  return { name, property, inputs: [referenceLogps.map((logp, t) => logp + moved[t]), referenceLogps, score, beta] };
};

export const klRewards = defineExercise<Inputs>({
  id: "kl-rewards",
  answer: "one reward per token, [T],",
  inputs: [
    { name: "logps", kind: "float32" },
    { name: "referenceLogps", kind: "float32" },
    { name: "score", kind: "plain" },
    { name: "beta", kind: "plain" },
  ],
  cases: (random) => [
    drawn("five tokens, β = 0.1", "they sum to score − β Σ log π/π_ref", [5, 1.5, 0.1], random),
    drawn("β = 0", "the score on the last token, 0 elsewhere", [4, -0.8, 0], random),
    drawn("a score of 0, β = 2", "the penalty alone", [4, 0, 2], random),
    drawn("a single token", "score and penalty together", [1, 0.7, 0.5], random),
  ],
  reference: (logps, referenceLogps, score, beta) =>
    withScore(penalties(logps, referenceLogps, beta), score, last(logps)),
  mistakes: [
    {
      name: "score-everywhere",
      message: "every token has got the score: a reply of ten tokens would be paid ten times",
      run: (logps, referenceLogps, score, beta) => penalties(logps, referenceLogps, beta).map((r) => r + score),
    },
    {
      name: "score-first",
      message: "the score is on the first token; it is known, and paid, at the last one",
      run: (logps, referenceLogps, score, beta) => withScore(penalties(logps, referenceLogps, beta), score, 0),
    },
    {
      name: "penalty-sign",
      message: "the sign of the KL is flipped: tokens that the policy likes more than the reference are paid for it",
      run: (logps, referenceLogps, score, beta) =>
        withScore(penalties(referenceLogps, logps, beta), score, last(logps)),
    },
    {
      name: "beta-missing",
      message: "β is missing: it is the price of a nat",
      run: (logps, referenceLogps, score) => withScore(penalties(logps, referenceLogps, 1), score, last(logps)),
    },
    {
      name: "reference-missing",
      message: "the reference is missing: this pays for entropy, not for staying near the reference",
      run: (logps, _, score, beta) =>
        withScore(
          logps.map((logp) => -beta * logp),
          score,
          last(logps),
        ),
    },
    {
      name: "absolute",
      message: "these are absolute values; a token that became less likely has a negative k1, and gets some of it back",
      run: (logps, referenceLogps, score, beta) =>
        withScore(
          penalties(logps, referenceLogps, beta).map((r) => -Math.abs(r)),
          score,
          last(logps),
        ),
    },
    {
      name: "penalty-at-end",
      message:
        "the whole penalty is on the last token: the sum is right, but no token knows which of them was far away",
      run: (logps, referenceLogps, score, beta) =>
        withScore(
          logps.map(() => 0),
          score + sum(penalties(logps, referenceLogps, beta)),
          last(logps),
        ),
    },
  ],
  hints: [
    "what does each token pay, and which token is paid the score?",
    "−β (log π − log π_ref) on every token; the score is added to the last one only",
    "tf.concat of zeros [T − 1] and the score, plus the penalties",
  ],
});
