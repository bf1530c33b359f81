import type { Random } from "../../../tensor/random";
import type { Row, Rows } from "../../numbers";
import { defineExercise, type ExerciseCase } from "../../spec";
import { logSoftmax, normals, sum } from "../shared/plain";

type Inputs = readonly [logits: readonly Rows[], labels: Rows];

const ignored = -100;

/** log p of each counted label; `shift` is how far the label is from the position that predicts it. */
function labelLogps(logits: Rows, labels: Row, logp: (row: Row) => Row = logSoftmax, shift = 1): number[] {
  const positions = labels.map((_, t) => t).filter((t) => t + shift >= 0 && t + shift < labels.length);
  const counted = positions.filter((t) => labels[t + shift] !== ignored);
  return counted.map((t) => logp(logits[t])[labels[t + shift]]);
}

const perSequence =
  (of: (logits: Rows, labels: Row) => number) =>
  (logits: readonly Rows[], labels: Rows): number[] =>
    logits.map((rows, b) => of(rows, labels[b]));

function drawn(name: string, property: string, labels: Rows, scale: number, random: Random): ExerciseCase<Inputs> {
  const logits = labels.map((row) => row.map(() => normals(5, scale, random)));
  return { name, property, inputs: [logits, labels] };
}

/** A prompt whose labels are ignored, then random labels; padding last. */
const sequence = (prompt: number, reply: number, padding: number, random: Random): number[] => [
  ...Array(prompt).fill(ignored),
  ...Array.from({ length: reply }, () => 1 + random.integer(4)),
  ...Array(padding).fill(ignored),
];

const countedAsZero = (labels: Row): number[] => labels.map((label) => Math.max(label, 0));
const naiveLogSoftmax = (row: Row): number[] => {
  const weights = row.map((logit) => Math.exp(Math.min(logit - Math.max(...row), 0)));
  // What float32 makes of it: a probability below 1e-45 is 0.
  return weights.map((weight) => Math.log(Math.fround(weight / sum(weights))));
};

export const sequenceLogp = defineExercise<Inputs>({
  id: "sequence-logp",
  answer: "one sum per sequence, [B],",
  inputs: [
    { name: "logits", kind: "float32" },
    { name: "labels", kind: "int32" },
  ],
  cases: (random) => [
    drawn(
      "every label counts",
      "position t predicts token t + 1",
      [sequence(0, 4, 0, random), sequence(0, 4, 0, random)],
      1,
      random,
    ),
    drawn(
      "prompt and padding",
      "a label of −100 adds nothing",
      [sequence(2, 3, 1, random), sequence(1, 3, 2, random)],
      1,
      random,
    ),
    drawn("one sequence", "B = 1 still gives [1]", [sequence(1, 3, 0, random)], 2, random),
    drawn(
      "logits in the hundreds",
      "finite, however unlikely",
      [sequence(1, 5, 0, random), sequence(3, 3, 0, random)],
      200,
      random,
    ),
  ],
  reference: perSequence((logits, labels) => sum(labelLogps(logits, labels))),
  mistakes: [
    {
      name: "no-shift",
      message:
        "you have read each token's probability at its own position; the logits at position t are about token t + 1",
      run: perSequence((logits, labels) => sum(labelLogps(logits, labels, logSoftmax, 0))),
    },
    {
      name: "shifted-backwards",
      message: "you have shifted the wrong way: position t is made to predict token t − 1, which it has already seen",
      run: perSequence((logits, labels) => sum(labelLogps(logits, labels, logSoftmax, -1))),
    },
    {
      name: "ignored-counted",
      message: "you have counted the labels of −100 (prompt and padding) as if they were token 0",
      run: perSequence((logits, labels) => sum(labelLogps(logits, countedAsZero(labels)))),
    },
    {
      name: "mean",
      message: "you have averaged over the tokens; the log-probability of a sequence is the sum",
      run: perSequence(
        (logits, labels) => sum(labelLogps(logits, labels)) / Math.max(1, labelLogps(logits, labels).length),
      ),
    },
    {
      name: "probabilities",
      message: "you have added probabilities; the log is missing: log-probabilities add, probabilities multiply",
      run: perSequence((logits, labels) => sum(labelLogps(logits, labels, (row) => logSoftmax(row).map(Math.exp)))),
    },
    {
      name: "raw-logits",
      message: "you have added the logits themselves; they become log-probabilities only after log-softmax",
      run: perSequence((logits, labels) => sum(labelLogps(logits, labels, (row) => row))),
    },
    {
      name: "log-of-softmax",
      message:
        "log(softmax(x)) is −∞ once a probability underflows; log-softmax subtracts the log of the total instead",
      run: perSequence((logits, labels) => sum(labelLogps(logits, labels, naiveLogSoftmax))),
    },
    {
      name: "sign",
      message: "the sign is flipped: log-probabilities are at most 0",
      run: perSequence((logits, labels) => -sum(labelLogps(logits, labels))),
    },
  ],
  hints: [
    "the logits at position t say what comes next: which labels do they belong with?",
    "drop the last position of the logits and the first of the labels; then log-softmax over the vocabulary",
    "gather the label's entry, put 0 where the label is −100 (clip it first: −100 is no index), and sum over time",
  ],
});
