import type { Random } from "../../../tensor/random";
import { defineExercise, type ExerciseCase } from "../../spec";
import { margin, type PairLogps, pairInputs, pairsWithMargins } from "../shared/pairs";
import { mean, normals } from "../shared/plain";

type Inputs = readonly [...pairs: PairLogps, tau: number];

const squaredMiss = (margins: readonly number[], target: number): number[] => margins.map((h) => (h - target) ** 2);

const drawn = (
  name: string,
  property: string,
  margins: readonly number[],
  tau: number,
  random: Random,
): ExerciseCase<Inputs> => ({ name, property, inputs: [...pairsWithMargins(margins, random), tau] });

export const ipoLoss = defineExercise<Inputs>({
  id: "ipo-loss",
  answer: "one number per pair, [B],",
  inputs: [...pairInputs, { name: "tau", kind: "plain" }],
  cases: (random) => [
    drawn("random pairs, τ = 0.1", "least where the margin is 5 nats", normals(4, 4, random), 0.1, random),
    drawn("policy equals reference, τ = 0.25", "1/(4τ²) = 4 for every pair", [0, 0], 0.25, random),
    drawn("margins at, below and past the target, τ = 0.5", "0, then equal on both sides", [1, -1, 3], 0.5, random),
    drawn("margins of ±800, τ = 0.1", "finite, and large on both sides", [-800, 800], 0.1, random),
  ],
  reference: (...[pc, pr, rc, rr, tau]) => squaredMiss(margin(pc, pr, rc, rr), 1 / (2 * tau)),
  mistakes: [
    {
      name: "exchanged",
      message: "you have exchanged chosen and rejected: the margin is driven towards −1/(2τ)",
      run: (pc, pr, rc, rr, tau) => squaredMiss(margin(pr, pc, rr, rc), 1 / (2 * tau)),
    },
    {
      name: "reference-missing",
      message: "the reference is missing: the margin is of log-ratios to it, not of the policy's log-probabilities",
      run: (pc, pr, _rc, _rr, tau) =>
        squaredMiss(
          pc.map((logp, i) => logp - pr[i]),
          1 / (2 * tau),
        ),
    },
    {
      name: "target-doubled",
      message:
        "the target is 1/τ here: that is the target of one label; the two orders of a pair average to half of it",
      run: (pc, pr, rc, rr, tau) => squaredMiss(margin(pc, pr, rc, rr), 1 / tau),
    },
    {
      name: "target-times-tau",
      message: "the target is τ/2 here: 1 / 2 * tau divides by 2 and then multiplies; it is 1 / (2 * tau)",
      run: (pc, pr, rc, rr, tau) => squaredMiss(margin(pc, pr, rc, rr), tau / 2),
    },
    {
      name: "target-missing",
      message: "the target is missing: this pulls every margin to 0, and the policy to the reference",
      run: (pc, pr, rc, rr) => squaredMiss(margin(pc, pr, rc, rr), 0),
    },
    {
      name: "tau-on-the-margin",
      message: "τ multiplies the margin here and the target is 1/2: the same minimum, but τ² times the loss",
      run: (pc, pr, rc, rr, tau) =>
        squaredMiss(
          margin(pc, pr, rc, rr).map((h) => tau * h),
          0.5,
        ),
    },
    {
      name: "square-missing",
      message: "the square is missing: without it the loss falls without end as the margin shrinks",
      run: (pc, pr, rc, rr, tau) => margin(pc, pr, rc, rr).map((h) => h - 1 / (2 * tau)),
    },
    {
      name: "one-sided",
      message: "past the target this costs nothing, like a hinge; IPO also pulls back what has gone too far",
      run: (pc, pr, rc, rr, tau) => margin(pc, pr, rc, rr).map((h) => Math.min(h - 1 / (2 * tau), 0) ** 2),
    },
    {
      name: "mean",
      message: "you have averaged over the pairs; return the loss of each pair",
      run: (pc, pr, rc, rr, tau) => mean(squaredMiss(margin(pc, pr, rc, rr), 1 / (2 * tau))),
    },
  ],
  hints: [
    "at which margin should the loss be 0? What is it when policy and reference are the same?",
    "h = (policyChosen − referenceChosen) − (policyRejected − referenceRejected), as in DPO; no σ and no log after that",
    "the square of h − 1 / (2 * tau), one entry a pair; mind the brackets",
  ],
});
