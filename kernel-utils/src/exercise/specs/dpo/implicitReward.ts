import type { Random } from "../../../tensor/random";
import type { Row } from "../../numbers";
import { defineExercise, type ExerciseCase } from "../../spec";
import { logRatios, mean, normals } from "../shared/plain";

type Inputs = readonly [policyLogps: Row, referenceLogps: Row, beta: number];

function drawn(name: string, property: string, n: number, beta: number, random: Random): ExerciseCase<Inputs> {
  const reference = normals(n, 3, random).map((value) => value - 25);
  const policy = reference.map((logp) => logp + 2 * random.normal());
  return { name, property, inputs: [policy, reference, beta] };
}

export const implicitReward = defineExercise<Inputs>({
  id: "implicit-reward",
  answer: "one reward per reply, [B],",
  inputs: [
    { name: "policyLogps", kind: "float32" },
    { name: "referenceLogps", kind: "float32" },
    { name: "beta", kind: "plain" },
  ],
  cases: (random) => [
    drawn("β = 0.1", "positive where the policy likes the reply more than the reference does", 5, 0.1, random),
    drawn("β = 2", "in proportion to β", 4, 2, random),
    {
      name: "policy equals reference",
      property: "0: no preference learnt yet",
      inputs: [[-30, -12.5], [-30, -12.5], 0.3],
    },
    { name: "one reply", property: "B = 1 still gives [1]", inputs: [[-18], [-20], 0.5] },
  ],
  reference: (policy, reference, beta) => logRatios(policy, reference).map((ratio) => beta * ratio),
  mistakes: [
    {
      name: "beta-missing",
      message: "β is missing: the log-ratio is not yet a reward",
      run: (policy, reference) => logRatios(policy, reference),
    },
    {
      name: "reference-missing",
      message: "the reference is missing: a reply that is likely under both models is not thereby a good one",
      run: (policy, _reference, beta) => policy.map((logp) => beta * logp),
    },
    {
      name: "sign",
      message: "the sign is flipped: what the policy has come to like more than the reference has the higher reward",
      run: (policy, reference, beta) => logRatios(policy, reference).map((ratio) => -beta * ratio),
    },
    {
      name: "divided-by-beta",
      message: "you have divided by β; the optimal policy has r / β in its exponent, so r is β times the log-ratio",
      run: (policy, reference, beta) => logRatios(policy, reference).map((ratio) => ratio / beta),
    },
    {
      name: "ratio",
      message: "this is β times the ratio itself; the reward is in its logarithm",
      run: (policy, reference, beta) => logRatios(policy, reference).map((ratio) => beta * Math.exp(ratio)),
    },
    {
      name: "mean",
      message: "you have averaged over the replies; each has a reward of its own",
      run: (policy, reference, beta) => beta * mean(logRatios(policy, reference)),
    },
  ],
  hints: [
    "solve π* = π_ref exp(r / β) / Z for r; Z is the same for every reply to a prompt and is left out",
    "the difference of the two log-probabilities, times β",
  ],
});
