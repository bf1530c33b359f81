import type { Random } from "../../../tensor/random";
import type { Row, Rows } from "../../numbers";
import { defineExercise, type ExerciseCase } from "../../spec";
import { distribution, mean, normals, sum } from "../shared/plain";
import { logSumExp, tiltedLogps } from "./tilted";

type Inputs = readonly [firstLogps: Row, secondLogps: Rows, rewards: Rows, beta: number];

/** π*(s) where each first token is worth value(s). */
const tiltedBy = (first: Row, values: Row, beta: number): number[] => tiltedLogps(first, values, beta).map(Math.exp);
/** β log Σ_y π_ref(y|s) e^{r/β}. */
const softValues = (second: Rows, rewards: Rows, beta: number): number[] =>
  second.map((logps, s) => beta * logSumExp(logps.map((logp, y) => logp + rewards[s][y] / beta)));

function drawn(name: string, property: string, [S, Y]: [number, number], beta: number, random: Random) {
  const rows = <T>(make: () => T): T[] => Array.from({ length: S }, make);
  const inputs: Inputs = [
    distribution(S, random).map(Math.log),
    rows(() => distribution(Y, random).map(Math.log)),
    rows(() => normals(Y, 1, random)),
    beta,
  ];
  return { name, property, inputs } satisfies ExerciseCase<Inputs>;
}

const halves = [0.5, 0.5].map(Math.log);

export const firstToken = defineExercise<Inputs>({
  id: "first-token",
  answer: "one probability per first token, [S],",
  inputs: [
    { name: "firstLogps", kind: "plain" },
    { name: "secondLogps", kind: "plain" },
    { name: "rewards", kind: "plain" },
    { name: "beta", kind: "plain" },
  ],
  cases: (random) => [
    drawn("three first tokens, four second, β = 0.5", "sums to 1", [3, 4], 0.5, random),
    drawn("two by five, β = 0.2", "leans to where a good reply can still be reached", [2, 5], 0.2, random),
    {
      name: "a safe token and a gamble of the same mean, β = 0.5",
      property: "the gamble is worth more: cosh 2 to 1",
      inputs: [
        halves,
        [halves, halves],
        [
          [0, 0],
          [1, -1],
        ],
        0.5,
      ],
    },
    {
      name: "rewards of ±600, β = 0.5",
      property: "finite",
      inputs: [
        halves,
        [halves, halves],
        [
          [600, -600],
          [599, 599.5],
        ],
        0.5,
      ],
    },
  ],
  reference: (first, second, rewards, beta) => tiltedBy(first, softValues(second, rewards, beta), beta),
  mistakes: [
    {
      name: "mean-value",
      message: "a first token is worth more than its expected reward under the reference: what follows is tilted too",
      run: (first, second, rewards, beta) =>
        tiltedBy(
          first,
          second.map((logps, s) => sum(logps.map((logp, y) => Math.exp(logp) * rewards[s][y]))),
          beta,
        ),
    },
    {
      name: "best-value",
      message: "a first token is worth less than the best reply it can lead to: getting there costs KL too",
      run: (first, _second, rewards, beta) =>
        tiltedBy(
          first,
          rewards.map((row) => Math.max(...row)),
          beta,
        ),
    },
    {
      name: "first-reference-missing",
      message: "the reference of the first token is missing",
      run: (first, second, rewards, beta) =>
        tiltedBy(
          first.map(() => 0),
          softValues(second, rewards, beta),
          beta,
        ),
    },
    {
      name: "second-reference-missing",
      message: "the reference is missing from the soft value: the second tokens are not equally likely",
      run: (first, second, rewards, beta) =>
        tiltedBy(
          first,
          softValues(
            second.map((row) => row.map(() => 0)),
            rewards,
            beta,
          ),
          beta,
        ),
    },
    {
      name: "value-times-beta",
      message: "the soft value has lost its β in front: V = β log Σ …, and it is V/β that tilts",
      run: (first, second, rewards, beta) =>
        tiltedBy(
          first,
          softValues(second, rewards, beta).map((value) => value / beta),
          beta,
        ),
    },
    {
      name: "beta-missing-in-value",
      message: "the rewards in the soft value are not divided by β",
      run: (first, second, rewards, beta) =>
        tiltedBy(
          first,
          softValues(second, rewards, 1).map((value) => beta * value),
          beta,
        ),
    },
    {
      name: "plain-mean",
      message: "this takes the plain mean of the rewards behind a token, without reference or tilt",
      run: (first, _second, rewards, beta) => tiltedBy(first, rewards.map(mean), beta),
    },
  ],
  hints: [
    "what is the best J that can still be had once the first token is fixed?",
    "V(s) = β log Σ_y π_ref(y|s) exp(r(s,y)/β); then the first token is a problem of one step, with V for a reward",
    "softmax(log π_ref(s) + V(s)/β), with the largest entry subtracted before every exp",
  ],
});
