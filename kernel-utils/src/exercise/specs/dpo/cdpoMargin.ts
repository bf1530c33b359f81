import type { Random } from "../../../tensor/random";
import type { Row } from "../../numbers";
import { defineExercise } from "../../spec";

type Inputs = readonly [margins: Row, epsilon: number];

const logit = (p: number): number => Math.log(p / (1 - p));
/** Margins a policy could be asked for: 1 to 40 nats. */
const positives = (n: number, random: Random): number[] => Array.from({ length: n }, () => 1 + 39 * random.uniform());

export const cdpoMargin = defineExercise<Inputs>({
  id: "cdpo-margin",
  answer: "one β per margin, [B],",
  inputs: [
    { name: "margins", kind: "float32" },
    { name: "epsilon", kind: "plain" },
  ],
  cases: (random) => [
    { name: "random margins, ε = 0.1", property: "log 9 / h", inputs: [positives(4, random), 0.1] },
    { name: "the same margin twice as far", property: "half the β", inputs: [[5, 10], 0.2] },
    { name: "labels almost as bad as coins, ε = 0.45", property: "a small β", inputs: [positives(3, random), 0.45] },
    { name: "labels almost sure, ε = 0.001", property: "a large β", inputs: [positives(3, random), 0.001] },
  ],
  reference: (margins, epsilon) => margins.map((h) => logit(1 - epsilon) / h),
  mistakes: [
    {
      name: "sign",
      message: "the odds are upside down: (1 − ε) / ε is above one, and β is positive",
      run: (margins, epsilon) => margins.map((h) => logit(epsilon) / h),
    },
    {
      name: "multiplied",
      message: "you have multiplied by the margin; βh is fixed by ε, so a larger h takes a smaller β",
      run: (margins, epsilon) => margins.map((h) => logit(1 - epsilon) * h),
    },
    {
      name: "inverted",
      message: "this is 1/β: solve βh = log((1 − ε) / ε) for β",
      run: (margins, epsilon) => margins.map((h) => h / logit(1 - epsilon)),
    },
    {
      name: "log-missing",
      message: "the log is missing: σ turns βh into a probability, and its inverse is the log of the odds",
      run: (margins, epsilon) => margins.map((h) => (1 - epsilon) / epsilon / h),
    },
    {
      name: "probability-for-odds",
      message: "this is the log of a probability; the inverse of σ is the log of the odds, (1 − ε) over ε",
      run: (margins, epsilon) => margins.map((h) => -Math.log(epsilon) / h),
    },
    {
      name: "log-ten",
      message: "this is a logarithm to the base 10; margins are in nats, which wants the natural one",
      run: (margins, epsilon) => margins.map((h) => Math.log10((1 - epsilon) / epsilon) / h),
    },
    {
      name: "ipo",
      message: "this is where IPO has its minimum, at h = 1 / (2τ); cDPO's depends on ε",
      run: (margins) => margins.map((h) => 1 / (2 * h)),
    },
  ],
  hints: ["at the minimum σ(−βh) = ε; which function undoes σ?", "βh = log((1 − ε) / ε), and h is given"],
});
