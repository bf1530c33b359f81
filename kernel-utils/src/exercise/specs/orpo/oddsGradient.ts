import type { Random } from "../../../tensor/random";
import type { Row } from "../../numbers";
import { defineExercise, type ExerciseCase } from "../../spec";
import { sigmoid } from "../shared/plain";
import { logOddsRatio, meanLogps, pairInputs } from "./odds";

type Inputs = readonly [chosenMeanLogps: Row, rejectedMeanLogps: Row];

/** δ of each pair: how wrong its ranking still is. */
const wrongness = (chosen: Row, rejected: Row): number[] =>
  logOddsRatio(chosen, rejected).map((ratio) => sigmoid(-ratio));
const amplified = (logp: number): number => 1 / -Math.expm1(logp);

const slopes = (chosen: Row, rejected: Row, delta: Row): number[] => [
  ...chosen.map((logp, i) => -delta[i] * amplified(logp)),
  ...rejected.map((logp, i) => delta[i] * amplified(logp)),
];
const drawn = (name: string, property: string, n: number, random: Random): ExerciseCase<Inputs> => ({
  name,
  property,
  inputs: [meanLogps(n, random), meanLogps(n, random)],
});

export const oddsGradient = defineExercise<Inputs>({
  id: "odds-gradient",
  answer: "the slopes by all 2B mean log-probs, first the chosen ones', [2B],",
  inputs: pairInputs,
  cases: (random) => [
    drawn("random pairs", "negative for chosen, positive for rejected", 4, random),
    { name: "equally likely replies, p = ½", property: "−1 and 1", inputs: [[-Math.LN2], [-Math.LN2]] },
    {
      name: "a likely rejected reply",
      property: "pushed down hard",
      inputs: [
        [-2, -3],
        [-0.02, -0.1],
      ],
    },
  ],
  reference: (chosen, rejected) => slopes(chosen, rejected, wrongness(chosen, rejected)),
  mistakes: [
    {
      name: "sign",
      message: "the signs are flipped: the loss falls as the chosen reply becomes likelier",
      run: (chosen, rejected) => slopes(chosen, rejected, wrongness(chosen, rejected)).map((slope) => -slope),
    },
    {
      name: "factor-missing",
      message: "the factors 1 / (1 − p) are missing: this is the gradient for a ratio of probabilities",
      run: (chosen, rejected) => {
        const delta = wrongness(chosen, rejected);
        return [...delta.map((entry) => -entry), ...delta];
      },
    },
    {
      name: "factor-upside-down",
      message: "you multiply by 1 − p; the derivative of log odds by log p is 1 / (1 − p)",
      run: (chosen, rejected) => {
        const delta = wrongness(chosen, rejected);
        return [
          ...chosen.map((logp, i) => -delta[i] / amplified(logp)),
          ...rejected.map((logp, i) => delta[i] / amplified(logp)),
        ];
      },
    },
    {
      name: "delta",
      message: "the weight is that of the pairs that are already right: δ is σ of minus the log odds ratio",
      run: (chosen, rejected) =>
        slopes(
          chosen,
          rejected,
          wrongness(chosen, rejected).map((delta) => 1 - delta),
        ),
    },
    {
      name: "delta-missing",
      message: "δ is missing: pairs that are ranked right should pull less",
      run: (chosen, rejected) =>
        slopes(
          chosen,
          rejected,
          chosen.map(() => 1),
        ),
    },
    {
      name: "mean",
      message: "this is the gradient of the mean over the batch; here every pair's own loss is differentiated",
      run: (chosen, rejected) =>
        slopes(chosen, rejected, wrongness(chosen, rejected)).map((slope) => slope / chosen.length),
    },
  ],
  hints: [
    "−log σ(x) has the slope −σ(−x); what is the slope of log odds by log p?",
    "d log odds / d log p = 1 / (1 − p) = −1 / expm1(a)",
    "chosen: −δ / (1 − p), rejected: δ / (1 − p), with δ = σ(−(log odds chosen − log odds rejected))",
  ],
});
