import type { Row } from "../../numbers";
import { defineExercise } from "../../spec";
import { normals, softmax } from "../shared/plain";

type Inputs = readonly [logits: Row, label: number];

const oneHot = (logits: Row, label: number): number[] => logits.map((_, i) => (i === label ? 1 : 0));
const minus = (a: Row, b: Row): number[] => a.map((entry, i) => entry - b[i]);

/** Softmax as a first attempt writes it: e^x overflows float32 beyond 88. */
const naiveSoftmax = (logits: Row): number[] => {
  const weights = logits.map((logit) => Math.fround(Math.exp(logit)));
  const total = weights.reduce((left, right) => left + right, 0);
  return weights.map((weight) => weight / total);
};

export const gradientByHand = defineExercise<Inputs>({
  id: "gradient-by-hand",
  answer: "one slope per logit, [V],",
  inputs: [
    { name: "logits", kind: "float32" },
    { name: "label", kind: "plain" },
  ],
  cases: (random) => [
    {
      name: "five random logits",
      property: "negative at the label only, and sums to 0",
      inputs: [normals(5, 1, random), 3],
    },
    { name: "equal logits", property: "1/V everywhere, less 1 at the label", inputs: [[0, 0, 0, 0], 0] },
    { name: "sure and right", property: "nearly no gradient left", inputs: [[12, 0, 0], 0] },
    { name: "logits in the hundreds", property: "finite", inputs: [[300, 250, 301, 0], 1] },
  ],
  reference: (logits, label) => minus(softmax(logits), oneHot(logits, label)),
  mistakes: [
    {
      name: "sign",
      message: "the sign is flipped: this is the gradient of log p, and the loss is −log p",
      run: (logits, label) => minus(oneHot(logits, label), softmax(logits)),
    },
    {
      name: "no-softmax",
      message: "you have used the logits where their softmax belongs",
      run: (logits, label) => minus(logits, oneHot(logits, label)),
    },
    {
      name: "missing-onehot",
      message: "this is the softmax alone: the 1 of the label is not taken off",
      run: (logits) => softmax(logits),
    },
    {
      name: "label-only",
      message: "only the label has a gradient here; every logit is in the denominator of the softmax, so each one has",
      run: (logits, label) =>
        minus(softmax(logits), oneHot(logits, label)).map((slope, i) => (i === label ? slope : 0)),
    },
    {
      name: "overflow",
      message: "e^x overflows for logits in the hundreds; subtract the largest logit first, or use tf.softmax",
      run: (logits, label) => minus(naiveSoftmax(logits), oneHot(logits, label)),
    },
  ],
  hints: [
    "write −log softmax as log Σ exp(logits) − logits[label] and differentiate the two terms",
    "the first term's gradient is the softmax; the second's is 1 at the label",
    "softmax(logits) − oneHot(label)",
  ],
});
