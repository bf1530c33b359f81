import type { Random } from "../../../tensor/random";
import type { Row } from "../../numbers";
import { defineExercise, type ExerciseCase } from "../../spec";
import { distribution, normals, softmax, sum } from "../shared/plain";
import { tiltedLogps } from "./tilted";

type Inputs = readonly [referenceLogps: Row, rewards: Row, beta: number];

const normalised = (weights: Row): number[] => weights.map((weight) => weight / sum(weights));
const uniform = (rewards: Row): number[] => rewards.map(() => -Math.log(rewards.length));

const drawn = (name: string, property: string, n: number, beta: number, random: Random): ExerciseCase<Inputs> => ({
  name,
  property,
  inputs: [distribution(n, random).map(Math.log), normals(n, 1, random), beta],
});

export const tiltedPolicy = defineExercise<Inputs>({
  id: "optimal-policy",
  answer: "one probability per reply, [Y],",
  inputs: [
    { name: "referenceLogps", kind: "plain" },
    { name: "rewards", kind: "plain" },
    { name: "beta", kind: "plain" },
  ],
  cases: (random) => [
    drawn("five replies, β = 0.5", "sums to 1 and leans to high rewards", 5, 0.5, random),
    drawn("four replies, β = 3", "closer to the reference", 4, 3, random),
    { name: "all rewards equal", property: "the reference", inputs: [[0.2, 0.5, 0.3].map(Math.log), [7, 7, 7], 0.4] },
    {
      name: "rewards of 900, β = 0.5",
      property: "finite: r/β = 1800",
      inputs: [[0.5, 0.5].map(Math.log), [900, 899], 0.5],
    },
  ],
  reference: (logps, rewards, beta) => tiltedLogps(logps, rewards, beta).map(Math.exp),
  mistakes: [
    {
      name: "overflow",
      message: "exp(r/β) overflows at large r/β; add r/β to the log-probs and subtract the largest before exp",
      run: (logps, rewards, beta) => normalised(logps.map((logp, y) => Math.exp(logp) * Math.exp(rewards[y] / beta))),
    },
    {
      name: "reference-missing",
      message: "the reference is missing: this is softmax(r/β), the answer for a uniform reference",
      run: (_logps, rewards, beta) => tiltedLogps(uniform(rewards), rewards, beta).map(Math.exp),
    },
    {
      name: "beta-multiplied",
      message: "β multiplies the reward here; it divides it: a high price of KL must weaken the tilt",
      run: (logps, rewards, beta) => tiltedLogps(logps, rewards, 1 / beta).map(Math.exp),
    },
    {
      name: "beta-missing",
      message: "β is missing: the reward enters as r/β",
      run: (logps, rewards) => tiltedLogps(logps, rewards, 1).map(Math.exp),
    },
    {
      name: "sign",
      message: "the sign is flipped: this leans to the replies with the lowest reward",
      run: (logps, rewards, beta) => tiltedLogps(logps, rewards, -beta).map(Math.exp),
    },
    {
      name: "logs-as-weights",
      message: "these are log-probs; exponentiate them",
      run: (logps, rewards, beta) => tiltedLogps(logps, rewards, beta),
    },
    {
      name: "reference-tempered",
      message: "the log-prob of the reference is divided by β too; only the reward is",
      run: (logps, rewards, beta) => softmax(logps.map((logp, y) => (logp + rewards[y]) / beta)),
    },
  ],
  hints: [
    "what must be added to log π_ref(y) so that exp of it is π_ref(y) exp(r(y)/β)?",
    "a softmax normalises; subtract the largest entry first, and no exponential can overflow",
    "π* = softmax(log π_ref + r/β): shift by the maximum, exp, divide by the sum",
  ],
});
