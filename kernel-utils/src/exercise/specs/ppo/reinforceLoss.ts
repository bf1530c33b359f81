import type { Random } from "../../../tensor/random";
import type { Row } from "../../numbers";
import { defineExercise, type ExerciseCase } from "../../spec";
import { mean, normals, sum } from "../shared/plain";

type Inputs = readonly [logps: Row, rewards: Row, baseline: number];

const logProbs = (n: number, random: Random): number[] => normals(n, 4, random).map((x) => -1 - Math.abs(x));
const weighted = (logps: Row, weights: Row): number[] => logps.map((logp, i) => logp * weights[i]);

const drawn = (
  name: string,
  property: string,
  rewards: Row,
  baseline: number,
  random: Random,
): ExerciseCase<Inputs> => ({
  name,
  property,
  inputs: [logProbs(rewards.length, random), rewards, baseline],
});

export const reinforceLoss = defineExercise<Inputs>({
  id: "reinforce-loss",
  answer: "one number for the batch",
  inputs: [
    { name: "logps", kind: "float32" },
    { name: "rewards", kind: "float32" },
    { name: "baseline", kind: "plain" },
  ],
  cases: (random) => [
    drawn("random rewards, baseline 0.5", "minus the mean of (r − b) log π", normals(5, 1, random), 0.5, random),
    drawn("no baseline", "every log π weighs its reward", [1, -2, 3], 0, random),
    drawn("rewards equal to the baseline", "0: nothing was better than expected", [2, 2, 2, 2], 2, random),
    drawn("a single reply", "(b − r) log π", [0.25], -1.5, random),
  ],
  reference: (logps, rewards, baseline) =>
    -mean(
      weighted(
        logps,
        rewards.map((r) => r - baseline),
      ),
    ),
  mistakes: [
    {
      name: "sign",
      message: "the sign is flipped: this is the objective, to be maximised; an optimizer goes down a loss",
      run: (logps, rewards, baseline) =>
        mean(
          weighted(
            logps,
            rewards.map((r) => r - baseline),
          ),
        ),
    },
    {
      name: "baseline-added",
      message: "the baseline is added; it is what was expected, so it is subtracted from what was got",
      run: (logps, rewards, baseline) =>
        -mean(
          weighted(
            logps,
            rewards.map((r) => r + baseline),
          ),
        ),
    },
    {
      name: "baseline-missing",
      message: "the baseline has no effect: subtract it from every reward",
      run: (logps, rewards) => -mean(weighted(logps, rewards)),
    },
    {
      name: "sum",
      message: "you have summed over the replies; the loss is their mean",
      run: (logps, rewards, baseline) =>
        -sum(
          weighted(
            logps,
            rewards.map((r) => r - baseline),
          ),
        ),
    },
    {
      name: "probability",
      message: "you have exponentiated: the gradient of log π is wanted, so the weight multiplies the log-probability",
      run: (logps, rewards, baseline) =>
        -mean(
          weighted(
            logps.map(Math.exp),
            rewards.map((r) => r - baseline),
          ),
        ),
    },
    {
      name: "logp-missing",
      message: "log π is missing: this is minus the mean advantage, which no parameter moves",
      run: (_, rewards, baseline) => -mean(rewards.map((r) => r - baseline)),
    },
  ],
  hints: [
    "which quantity has the gradient (r − b) ∇ log π?",
    "multiply each log-probability by (r − b), which is a constant to the gradient; average; make it a loss",
    "rewards.sub(baseline).mul(logps).mean().neg()",
  ],
});
