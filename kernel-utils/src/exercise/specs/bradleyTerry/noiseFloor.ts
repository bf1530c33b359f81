import type { Row } from "../../numbers";
import { defineExercise } from "../../spec";
import { mean, sum } from "../shared/plain";

type Inputs = readonly [probabilities: Row, epsilon: number];

const plogp = (p: number): number => (p === 0 ? 0 : -p * Math.log(p));
const entropy = (p: number): number => plogp(p) + plogp(1 - p);
const flipped = (p: number, epsilon: number): number => (1 - epsilon) * p + epsilon * (1 - p);

export const noiseFloor = defineExercise<Inputs>({
  id: "noise-floor",
  answer: "one number for all pairs",
  inputs: [
    { name: "probabilities", kind: "float32" },
    { name: "epsilon", kind: "plain" },
  ],
  cases: (random) => [
    {
      name: "random probabilities, ε = 0.1",
      property: "between 0 and log 2",
      inputs: [Array.from({ length: 5 }, () => random.uniform()), 0.1],
    },
    { name: "coin flips", property: "log 2", inputs: [[0.5, 0.5], 0.3] },
    { name: "no doubt, ε = 0", property: "0, finite", inputs: [[0, 1, 1], 0] },
    { name: "no doubt, ε = 0.2", property: "the entropy of ε", inputs: [[1, 0], 0.2] },
  ],
  reference: (probabilities, epsilon) => mean(probabilities.map((p) => entropy(flipped(p, epsilon)))),
  mistakes: [
    {
      name: "epsilon-missing",
      message: "ε is missing: the labels a model sees are already flipped",
      run: (probabilities) => mean(probabilities.map(entropy)),
    },
    {
      name: "entropy-of-the-mean",
      message: "the entropy of the mean is larger than the mean of the entropies: average last",
      run: (probabilities, epsilon) => entropy(flipped(mean(probabilities), epsilon)),
    },
    {
      name: "bits",
      message: "these are bits; the loss uses the natural logarithm",
      run: (probabilities, epsilon) => mean(probabilities.map((p) => entropy(flipped(p, epsilon)))) / Math.LN2,
    },
    {
      name: "half",
      message: "half of the entropy is missing: both p and 1 − p carry a term",
      run: (probabilities, epsilon) => mean(probabilities.map((p) => plogp(flipped(p, epsilon)))),
    },
    {
      name: "zero-times-log-zero",
      message: "0 · log 0 came out as NaN; its limit is 0",
      run: (probabilities, epsilon) =>
        mean(
          probabilities.map((p) => {
            const q = flipped(p, epsilon);
            return -q * Math.log(q) - (1 - q) * Math.log(1 - q);
          }),
        ),
    },
    {
      name: "sum",
      message: "this is the sum over the pairs; the loss is a mean",
      run: (probabilities, epsilon) => sum(probabilities.map((p) => entropy(flipped(p, epsilon)))),
    },
    {
      name: "sign",
      message: "the sign is flipped: an entropy is never negative",
      run: (probabilities, epsilon) => -mean(probabilities.map((p) => entropy(flipped(p, epsilon)))),
    },
  ],
  hints: [
    "which probability do the labels follow after flipping? What loss has the model that predicts exactly that?",
    "q = (1 − ε) p + ε (1 − p), then the mean of −q log q − (1 − q) log(1 − q)",
    "for 0 · log 0, clip q inside the logarithm only",
  ],
});
