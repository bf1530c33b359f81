import type { Random } from "../../../tensor/random";
import type { Row } from "../../numbers";
import { defineExercise, type ExerciseCase } from "../../spec";
import { logRatios, mean, normals, sum } from "../shared/plain";
import { withLogRatios } from "./shared";

type Inputs = readonly [klPolicyLogps: Row, klReferenceLogps: Row];

const drawn = (name: string, property: string, ratios: Row, random: Random): ExerciseCase<Inputs> => ({
  name,
  property,
  inputs: withLogRatios(ratios, random),
});

export const ktoReferencePoint = defineExercise<Inputs>({
  id: "kto-reference-point",
  answer: "one number for the batch",
  inputs: [
    { name: "klPolicyLogps", kind: "float32" },
    { name: "klReferenceLogps", kind: "float32" },
  ],
  cases: (random) => [
    drawn("a policy that moved away", "positive", [3, 2.5, -1, 0.5], random),
    drawn("mostly negative log-ratios", "0: a KL divergence is never negative", [-2, -0.5, -3, 1], random),
    drawn("policy equals reference", "0", [0, 0, 0], random),
    drawn(
      "random log-ratios about 2",
      "their mean",
      normals(6, 2, random).map((ratio) => ratio + 2),
      random,
    ),
  ],
  reference: (policy, reference) => Math.max(0, mean(logRatios(policy, reference))),
  mistakes: [
    {
      name: "not-clamped",
      message: "the estimate may be negative and a KL divergence may not: clamp the mean at 0",
      run: (policy, reference) => mean(logRatios(policy, reference)),
    },
    {
      name: "clamped-first",
      message: "you have clamped each reply and then averaged, which is biased upwards; average first, then clamp",
      run: (policy, reference) => mean(logRatios(policy, reference).map((ratio) => Math.max(0, ratio))),
    },
    {
      name: "sum",
      message: "this is the sum over the batch; the reference point is a mean",
      run: (policy, reference) => Math.max(0, sum(logRatios(policy, reference))),
    },
    {
      name: "sign",
      message: "the sign is flipped: log π − log π_ref, in that order",
      run: (policy, reference) => Math.max(0, mean(logRatios(reference, policy))),
    },
    {
      name: "absolute",
      message: "a negative estimate counts as 0, not as its size",
      run: (policy, reference) => Math.abs(mean(logRatios(policy, reference))),
    },
    {
      name: "reference-missing",
      message: "the reference is missing: z0 is about log-ratios, not about log-probabilities",
      run: (policy) => Math.max(0, mean(policy)),
    },
  ],
  hints: [
    "average the log-ratios of the mismatched replies",
    "max(0, mean(log π − log π_ref)): the maximum is taken once, of the mean",
  ],
});
