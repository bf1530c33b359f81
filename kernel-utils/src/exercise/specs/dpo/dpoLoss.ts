import type { Random } from "../../../tensor/random";
import type { Row } from "../../numbers";
import { defineExercise, type ExerciseCase } from "../../spec";
import { margin, type PairLogps, pairInputs, pairsWithMargins } from "../shared/pairs";
import { mean, normals, softplus } from "../shared/plain";

type Inputs = readonly [...pairs: PairLogps, beta: number];

const losses = (margins: Row, beta: number): number[] => margins.map((h) => softplus(-beta * h));
/** −log σ(x) as a first attempt writes it: σ underflows to 0 and its log is −∞. */
const naive = (x: number): number => -Math.log(1 / (1 + Math.exp(-x)));

const drawn = (name: string, property: string, margins: Row, beta: number, random: Random): ExerciseCase<Inputs> => ({
  name,
  property,
  inputs: [...pairsWithMargins(margins, random), beta],
});

export const dpoLoss = defineExercise<Inputs>({
  id: "dpo-loss",
  answer: "one number per pair",
  inputs: [...pairInputs, { name: "beta", kind: "plain" }],
  cases: (random) => [
    drawn("random pairs, β = 0.1", "falls as the margin grows", normals(4, 5, random), 0.1, random),
    drawn("policy equals reference", "log 2 for every pair", [0, 0, 0], 0.1, random),
    drawn("random pairs, β = 2", "β scales the margin", normals(3, 2, random), 2, random),
    drawn("margins of ±800, β = 1", "finite: 800 and 0", [-800, 800], 1, random),
  ],
  reference: (...[pc, pr, rc, rr, beta]) => losses(margin(pc, pr, rc, rr), beta),
  mistakes: [
    {
      name: "exchanged",
      message: "you have exchanged chosen and rejected: the loss grows as the chosen reply becomes more likely",
      run: (pc, pr, rc, rr, beta) => losses(margin(pr, pc, rr, rc), beta),
    },
    {
      name: "reference-missing",
      message:
        "the reference is missing: the margin is of log-ratios to it, not of the policy's log-probabilities alone",
      run: (pc, pr, _rc, _rr, beta) =>
        losses(
          pc.map((logp, i) => logp - pr[i]),
          beta,
        ),
    },
    {
      name: "reference-sign",
      message: "the reference is added where it should be subtracted",
      run: (pc, pr, rc, rr, beta) =>
        losses(
          pc.map((logp, i) => logp - pr[i] + (rc[i] - rr[i])),
          beta,
        ),
    },
    {
      name: "beta-missing",
      message: "β is missing: it multiplies the margin inside σ",
      run: (pc, pr, rc, rr) => losses(margin(pc, pr, rc, rr), 1),
    },
    {
      name: "overflow",
      message: "log(σ(x)) overflows at margins like −800; −log σ(x) is softplus(−x), which does not",
      run: (pc, pr, rc, rr, beta) => margin(pc, pr, rc, rr).map((h) => naive(beta * h)),
    },
    {
      name: "mean",
      message: "you have averaged over the pairs; return the loss of each pair",
      run: (pc, pr, rc, rr, beta) => mean(losses(margin(pc, pr, rc, rr), beta)),
    },
    {
      name: "sign",
      message: "the sign is flipped: log σ is at most 0, and a loss is its negative",
      run: (pc, pr, rc, rr, beta) => losses(margin(pc, pr, rc, rr), beta).map((loss) => -loss),
    },
    {
      name: "log-missing",
      message: "the log is missing: the loss is −log σ(βh), not σ(−βh)",
      run: (pc, pr, rc, rr, beta) => margin(pc, pr, rc, rr).map((h) => 1 / (1 + Math.exp(beta * h))),
    },
  ],
  hints: [
    "which side of σ should grow with the margin h between the two log-ratios?",
    "h = (policyChosen − referenceChosen) − (policyRejected − referenceRejected); the loss is −log σ(βh)",
    "−log σ(x) = softplus(−x): tf.softplus of −β h, one entry a pair",
  ],
});
