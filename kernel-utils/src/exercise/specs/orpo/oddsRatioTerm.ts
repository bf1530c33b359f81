import type { Random } from "../../../tensor/random";
import type { Row } from "../../numbers";
import { defineExercise, type ExerciseCase } from "../../spec";
import { mean, sigmoid, softplus } from "../shared/plain";
import { logOddsRatio, meanLogps, pairInputs } from "./odds";

type Inputs = readonly [chosenMeanLogps: Row, rejectedMeanLogps: Row];

const losses = (chosen: Row, rejected: Row): number[] =>
  logOddsRatio(chosen, rejected).map((ratio) => softplus(-ratio));
const drawn = (name: string, property: string, n: number, random: Random): ExerciseCase<Inputs> => ({
  name,
  property,
  inputs: [meanLogps(n, random), meanLogps(n, random)],
});

export const oddsRatioTerm = defineExercise<Inputs>({
  id: "odds-ratio-term",
  answer: "one number per pair, [B],",
  inputs: pairInputs,
  cases: (random) => [
    drawn("random pairs", "falls as the chosen reply becomes likelier", 5, random),
    {
      name: "equally likely replies",
      property: "log 2",
      inputs: [
        [-1, -0.2],
        [-1, -0.2],
      ],
    },
    {
      name: "far apart",
      property: "finite: about 60, and 0",
      inputs: [
        [-60, -0.5],
        [-0.5, -60],
      ],
    },
  ],
  reference: losses,
  mistakes: [
    {
      name: "exchanged",
      message: "you have exchanged chosen and rejected",
      run: (chosen, rejected) => losses(rejected, chosen),
    },
    {
      name: "probability-ratio",
      message: "this compares probabilities; odds divide each by 1 − p",
      run: (chosen, rejected) => chosen.map((logp, i) => softplus(rejected[i] - logp)),
    },
    {
      name: "sign",
      message: "the sign is flipped: log σ is at most 0, and a loss is its negative",
      run: (chosen, rejected) => losses(chosen, rejected).map((loss) => -loss),
    },
    {
      name: "log-missing",
      message: "the log is missing: the loss is −log σ(…), not σ(−…)",
      run: (chosen, rejected) => logOddsRatio(chosen, rejected).map((ratio) => sigmoid(-ratio)),
    },
    {
      name: "sigma-missing",
      message: "this is minus the log odds ratio; −log σ of it is what is bounded below",
      run: (chosen, rejected) => logOddsRatio(chosen, rejected).map((ratio) => -ratio),
    },
    {
      name: "mean",
      message: "you have averaged over the pairs; return the loss of each pair",
      run: (chosen, rejected) => mean(losses(chosen, rejected)),
    },
  ],
  hints: [
    "the log of the odds ratio is a difference of log odds",
    "−log σ(x) is softplus(−x)",
    "tf.softplus(logOdds(rejected) − logOdds(chosen))",
  ],
});
