import type { Row } from "../../numbers";
import { defineExercise } from "../../spec";

type Inputs = readonly [chosenShare: Row, flipRate: number];

const seen = (share: number, flipRate: number): number => (1 - flipRate) * share + flipRate * (1 - share);
const logit = (p: number): number => Math.log(p / (1 - p));

export const optimalDifference = defineExercise<Inputs>({
  id: "optimal-difference",
  answer: "one difference per pair, [B],",
  inputs: [
    { name: "chosenShare", kind: "plain" },
    { name: "flipRate", kind: "plain" },
  ],
  cases: (random) => [
    {
      name: "clean labels",
      property: "the log-odds of the share",
      inputs: [[0.9, 0.25, 0.6].map((share) => share + 0.02 * random.uniform()), 0],
    },
    { name: "an even pair", property: "0, whatever the flips", inputs: [[0.5, 0.5], 0.2] },
    {
      name: "one label in ten flipped",
      property: "nearer to 0 than without flips",
      inputs: [[0.95, 0.7, 0.2].map((share) => share + 0.02 * random.uniform()), 0.1],
    },
    { name: "all agree, one in four flipped", property: "±log 3, not infinite", inputs: [[1, 0], 0.25] },
  ],
  reference: (shares, flipRate) => shares.map((share) => logit(seen(share, flipRate))),
  mistakes: [
    {
      name: "flips-ignored",
      message: "the flips have no effect: a model that is trained on flipped labels fits those",
      run: (shares) => shares.map(logit),
    },
    {
      name: "flip-back-missing",
      message: "flipped labels of the other side come back as votes for this one: ε (1 − p) is missing",
      run: (shares, flipRate) => shares.map((share) => logit((1 - flipRate) * share)),
    },
    {
      name: "sign",
      message: "the sign is flipped: these are the odds of the reply that loses",
      run: (shares, flipRate) => shares.map((share) => -logit(seen(share, flipRate))),
    },
    {
      name: "probability",
      message: "this is a probability; the difference of scores is its log-odds",
      run: (shares, flipRate) => shares.map((share) => seen(share, flipRate)),
    },
    {
      name: "log-missing",
      message: "these are odds; the difference of scores is their logarithm",
      run: (shares, flipRate) => shares.map((share) => seen(share, flipRate) / (1 - seen(share, flipRate))),
    },
    {
      name: "base-two",
      message: "you have mixed bases: scores are in nats, so the logarithm is natural",
      run: (shares, flipRate) => shares.map((share) => logit(seen(share, flipRate)) / Math.LN2),
    },
  ],
  hints: [
    "with which probability does a label in the data say that the chosen reply won?",
    "q = (1 − ε) p + ε (1 − p)",
    "σ(d) = q is solved by d = log(q / (1 − q))",
  ],
});
