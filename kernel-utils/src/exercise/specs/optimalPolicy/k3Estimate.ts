import type { Random } from "../../../tensor/random";
import type { Row } from "../../numbers";
import { defineExercise, type ExerciseCase } from "../../spec";
import { logRatios, mean, normals } from "../shared/plain";

type Inputs = readonly [policyLogps: Row, referenceLogps: Row];

const k3 = (d: number): number => Math.expm1(-d) + d;

function drawn(name: string, property: string, n: number, spread: number, random: Random): ExerciseCase<Inputs> {
  const reference = normals(n, 2, random).map((value) => value - 12);
  return { name, property, inputs: [reference.map((logp) => logp + spread * random.normal()), reference] };
}

export const k3Estimate = defineExercise<Inputs>({
  id: "k3-estimate",
  answer: "one estimate per sample, [N],",
  inputs: [
    { name: "policyLogps", kind: "float32" },
    { name: "referenceLogps", kind: "float32" },
  ],
  cases: (random) => [
    drawn("six samples", "never negative", 6, 1, random),
    {
      name: "policy equals reference",
      property: "0",
      inputs: [
        [-3, -20],
        [-3, -20],
      ],
    },
    {
      name: "log-ratios of 2 and −2",
      property: "1.1353 and 4.3891",
      inputs: [
        [-10, -14],
        [-12, -12],
      ],
    },
    drawn("four samples, near the reference", "about d²/2", 4, 0.3, random),
  ],
  reference: (policy, reference) => logRatios(policy, reference).map(k3),
  mistakes: [
    {
      name: "direction",
      message: "the ratio is the wrong way round: e^d − 1 − d has mean KL only if the reference had drawn the samples",
      run: (policy, reference) => logRatios(policy, reference).map((d) => k3(-d)),
    },
    {
      name: "one-missing",
      message: "the −1 is missing: where policy equals reference the estimate must be 0",
      run: (policy, reference) => logRatios(policy, reference).map((d) => Math.exp(-d) + d),
    },
    {
      name: "k1",
      message: "this is k1, the log-ratio itself: unbiased too, but of either sign",
      run: logRatios,
    },
    {
      name: "k2",
      message: "this is k2, half the square: close to the reference it is near, but it is biased",
      run: (policy, reference) => logRatios(policy, reference).map((d) => (d * d) / 2),
    },
    {
      name: "d-subtracted",
      message: "d is subtracted here; e^−d − 1 has mean 0, and d, which has mean KL, is added to it",
      run: (policy, reference) => logRatios(policy, reference).map((d) => Math.expm1(-d) - d),
    },
    {
      name: "mean",
      message: "you have averaged over the samples; return the estimate of each",
      run: (policy, reference) => mean(logRatios(policy, reference).map(k3)),
    },
  ],
  hints: [
    "with d = log π − log π_ref: which function of d has mean 0 under π, whatever the two policies are?",
    "e^−d is π_ref/π, whose mean under π is 1; add e^−d − 1 to d",
  ],
});
