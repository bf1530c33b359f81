import type { Random } from "../../../tensor/random";
import type { Row } from "../../numbers";
import { defineExercise, type ExerciseCase } from "../../spec";
import { distribution, mean, sum } from "../shared/plain";

type Inputs = readonly [policyLogps: Row, referenceLogps: Row, beta: number];

const scaledLogRatio = (policy: Row, reference: Row, beta: number): number[] =>
  policy.map((logp, y) => beta * (logp - reference[y]));
const centred = (values: Row, by: number): number[] => values.map((value) => value - by);
const expectation = (logps: Row, values: Row): number => sum(logps.map((logp, y) => Math.exp(logp) * values[y]));

const drawn = (name: string, property: string, n: number, beta: number, random: Random): ExerciseCase<Inputs> => ({
  name,
  property,
  inputs: [distribution(n, random).map(Math.log), distribution(n, random).map(Math.log), beta],
});

export const rewardOfPolicy = defineExercise<Inputs>({
  id: "reward-of-policy",
  answer: "one reward per reply, [Y],",
  inputs: [
    { name: "policyLogps", kind: "plain" },
    { name: "referenceLogps", kind: "plain" },
    { name: "beta", kind: "plain" },
  ],
  cases: (random) => [
    drawn("five replies, β = 0.3", "0 on average under the reference", 5, 0.3, random),
    drawn("three replies, β = 2", "in proportion to β", 3, 2, random),
    {
      name: "policy equals reference",
      property: "0 everywhere: nothing was asked for",
      inputs: [[0.1, 0.9].map(Math.log), [0.1, 0.9].map(Math.log), 1],
    },
    drawn("eight replies, β = 1", "larger where the policy has moved up", 8, 1, random),
  ],
  reference: (policy, reference, beta) => {
    const rewards = scaledLogRatio(policy, reference, beta);
    return centred(rewards, expectation(reference, rewards));
  },
  mistakes: [
    {
      name: "not-centred",
      message: "right up to a constant: shift the rewards so that their mean under the reference is 0",
      run: scaledLogRatio,
    },
    {
      name: "plain-mean",
      message: "centred with every reply counted alike; the mean is to be taken under the reference",
      run: (policy, reference, beta) => {
        const rewards = scaledLogRatio(policy, reference, beta);
        return centred(rewards, mean(rewards));
      },
    },
    {
      name: "policy-mean",
      message: "centred under the policy; the mean is to be taken under the reference",
      run: (policy, reference, beta) => {
        const rewards = scaledLogRatio(policy, reference, beta);
        return centred(rewards, expectation(policy, rewards));
      },
    },
    {
      name: "beta-missing",
      message: "β is missing: a log-ratio is in nats, and β says how much reward a nat costs",
      run: (policy, reference) => {
        const rewards = scaledLogRatio(policy, reference, 1);
        return centred(rewards, expectation(reference, rewards));
      },
    },
    {
      name: "divided-by-beta",
      message: "you have divided by β; solve π* = π_ref exp(r/β)/Z for r again",
      run: (policy, reference, beta) => {
        const rewards = scaledLogRatio(policy, reference, 1 / beta);
        return centred(rewards, expectation(reference, rewards));
      },
    },
    {
      name: "sign",
      message: "the sign is flipped: replies that the policy has moved up must have the larger reward",
      run: (policy, reference, beta) => {
        const rewards = scaledLogRatio(reference, policy, beta);
        return centred(rewards, expectation(reference, rewards));
      },
    },
  ],
  hints: [
    "take the logarithm of π = π_ref exp(r/β)/Z and solve for r; what is free of y?",
    "β log π/π_ref, less its mean weighted by π_ref",
  ],
});
