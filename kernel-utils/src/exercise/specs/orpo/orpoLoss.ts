import type { Random } from "../../../tensor/random";
import type { Row } from "../../numbers";
import { defineExercise, type ExerciseCase } from "../../spec";
import { mean, softplus } from "../shared/plain";
import { logOddsRatio, meanLogps, pairInputs } from "./odds";

type Inputs = readonly [chosenMeanLogps: Row, rejectedMeanLogps: Row, lambda: number];

const losses = (chosen: Row, rejected: Row, lambda: number): number[] =>
  logOddsRatio(chosen, rejected).map((ratio, i) => -chosen[i] + lambda * softplus(-ratio));
const drawn = (name: string, property: string, lambda: number, random: Random): ExerciseCase<Inputs> => ({
  name,
  property,
  inputs: [meanLogps(4, random), meanLogps(4, random), lambda],
});

export const orpoLoss = defineExercise<Inputs>({
  id: "orpo-loss",
  answer: "the loss of the batch, one number",
  inputs: [...pairInputs, { name: "lambda", kind: "plain" }],
  cases: (random) => [
    drawn("random pairs, λ = 0.1", "mostly the likelihood of the chosen replies", 0.1, random),
    drawn("random pairs, λ = 2", "mostly the odds ratio", 2, random),
    drawn("λ = 0", "supervised fine-tuning on the chosen replies", 0, random),
    { name: "equally likely replies", property: "1 + λ log 2", inputs: [[-1, -1], [-1, -1], 0.5] },
  ],
  reference: (...inputs) => mean(losses(...inputs)),
  mistakes: [
    {
      name: "exchanged",
      message: "you have exchanged chosen and rejected: this trains on the rejected replies",
      run: (chosen, rejected, lambda) => mean(losses(rejected, chosen, lambda)),
    },
    {
      name: "likelihood-missing",
      message: "the likelihood of the chosen replies is missing: nothing then keeps them from falling",
      run: (chosen, rejected, lambda) => mean(losses(chosen, rejected, lambda)) + mean(chosen),
    },
    {
      name: "likelihood-sign",
      message: "the likelihood has the wrong sign: a loss contains −log p of the chosen reply",
      run: (chosen, rejected, lambda) => mean(losses(chosen, rejected, lambda)) + 2 * mean(chosen),
    },
    {
      name: "both-likelihoods",
      message: "the rejected replies are imitated as well; only the chosen ones belong to the likelihood",
      run: (chosen, rejected, lambda) => mean(losses(chosen, rejected, lambda)) - mean(rejected),
    },
    {
      name: "lambda-missing",
      message: "λ is missing: it weighs the odds ratio against the likelihood",
      run: (chosen, rejected) => mean(losses(chosen, rejected, 1)),
    },
    {
      name: "lambda-on-likelihood",
      message: "λ stands before the likelihood; it belongs to the odds ratio",
      run: (chosen, rejected, lambda) => -lambda * mean(chosen) + mean(losses(chosen, rejected, 1)) + mean(chosen),
    },
    {
      name: "not-averaged",
      message: "this is one loss a pair; return their mean",
      run: losses,
    },
  ],
  hints: [
    "two terms: the negative log-likelihood of the chosen replies, and λ times the odds-ratio term",
    "mean(−chosenMeanLogps + λ · oddsRatioTerm)",
  ],
});
