import type { Random } from "../../../tensor/random";
import type { Row } from "../../numbers";
import { defineExercise, type ExerciseCase } from "../../spec";
import { margin, type PairLogps, pairInputs, pairsWithMargins } from "../shared/pairs";
import { mean, normals, sum } from "../shared/plain";

/** 1 where the comparison holds, else 0. */
const where = (values: Row, holds: (value: number) => boolean): number[] =>
  values.map((value) => (holds(value) ? 1 : 0));
/** Rounding in float32 is not a win: a margin of this many nats or less is a tie. */
const tie = 1e-9;

const drawn = (name: string, property: string, margins: Row, random: Random): ExerciseCase<PairLogps> => ({
  name,
  property,
  inputs: pairsWithMargins(margins, random),
});

export const dpoAccuracy = defineExercise<PairLogps>({
  id: "dpo-accuracy",
  answer: "one share for the whole batch",
  inputs: pairInputs,
  cases: (random) => [
    drawn(
      "eight random pairs",
      "the share with the larger reward on the chosen reply",
      [...normals(7, 3, random), 4],
      random,
    ),
    drawn("policy equals reference", "0: a tie is not a win", [0, 0, 0, 0], random),
    drawn("two wins, a tie and a loss", "0.5", [2, 3, 0, -1], random),
    drawn("all lost", "0", [-5, -0.1, -300], random),
  ],
  reference: (...pairs) => mean(where(margin(...pairs), (h) => h > tie)),
  mistakes: [
    {
      name: "ties-win",
      message: "ties count as wins here (≥); with policy = reference the accuracy is 0, so use a strict >",
      run: (...pairs) => mean(where(margin(...pairs), (h) => h >= -tie)),
    },
    {
      name: "ties-half",
      message: "ties count one half here; they count as wrong",
      run: (...pairs) => {
        const margins = margin(...pairs);
        return mean(where(margins, (h) => h > tie)) + 0.5 * mean(where(margins, (h) => Math.abs(h) <= tie));
      },
    },
    {
      name: "reversed",
      message: "the comparison is reversed: this counts the pairs where the rejected reply has the larger reward",
      run: (...pairs) => mean(where(margin(...pairs), (h) => h < -tie)),
    },
    {
      name: "reference-ignored",
      message: "the reference is ignored: this compares log-probabilities, not rewards",
      run: (policyChosen, policyRejected) =>
        mean(
          where(
            policyChosen.map((logp, i) => logp - policyRejected[i]),
            (d) => d > 0,
          ),
        ),
    },
    {
      name: "count",
      message: "this is how many pairs are right; divide by the number of pairs",
      run: (...pairs) => sum(where(margin(...pairs), (h) => h > tie)),
    },
  ],
  hints: [
    "a pair is right when the chosen reply's implicit reward is larger; what about equal ones?",
    "compare the two log-ratios with >, cast to float32 and take the mean",
  ],
});
