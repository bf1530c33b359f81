import type { Random } from "../../../tensor/random";
import type { Row } from "../../numbers";
import { defineExercise, type ExerciseCase } from "../../spec";

type Inputs = readonly [
  chosenLogRatios: Row,
  rejectedLogRatios: Row,
  chosenLengths: Row,
  rejectedLengths: Row,
  tau: number,
];

const square = (x: number, tau: number): number => (x - 1 / (2 * tau)) ** 2;

const drawn = (name: string, property: string, n: number, tau: number, random: Random): ExerciseCase<Inputs> => {
  const draw = (at: number, scale: number) => Array.from({ length: n }, () => at + scale * random.normal());
  const lengths = () => Array.from({ length: n }, () => 2 + random.integer(30));
  return { name, property, inputs: [draw(4, 6), draw(-3, 6), lengths(), lengths(), tau] };
};

export const ipoMeanLoss = defineExercise<Inputs>({
  id: "ipo-mean-loss",
  answer: "one number per pair, [B],",
  inputs: [
    { name: "chosenLogRatios", kind: "float32" },
    { name: "rejectedLogRatios", kind: "float32" },
    { name: "chosenLengths", kind: "float32" },
    { name: "rejectedLengths", kind: "float32" },
    { name: "tau", kind: "plain" },
  ],
  cases: (random) => [
    drawn("random pairs, τ = 1", "each reply divided by its own length", 4, 1, random),
    drawn("random pairs, τ = 0.1", "5 nats a token are far away", 3, 0.1, random),
    {
      name: "one token each, τ = 0.25",
      property: "means are sums here",
      inputs: [[2, 0.5], [0, -0.5], [1, 1], [1, 1], 0.25],
    },
    {
      name: "ten tokens against two, τ = 0.5",
      property: "0: one nat more a token",
      inputs: [[20], [2], [10], [2], 0.5],
    },
  ],
  reference: (chosen, rejected, chosenLengths, rejectedLengths, tau) =>
    chosen.map((ratio, i) => square(ratio / chosenLengths[i] - rejected[i] / rejectedLengths[i], tau)),
  mistakes: [
    {
      name: "sums",
      message: "the log-ratios are not divided by the lengths: this is the loss on sums",
      run: (chosen, rejected, _c, _r, tau) => chosen.map((ratio, i) => square(ratio - rejected[i], tau)),
    },
    {
      name: "lengths-exchanged",
      message: "the lengths are exchanged: each reply is divided by its own",
      run: (chosen, rejected, chosenLengths, rejectedLengths, tau) =>
        chosen.map((ratio, i) => square(ratio / rejectedLengths[i] - rejected[i] / chosenLengths[i], tau)),
    },
    {
      name: "joint-length",
      message: "the whole margin is divided by the tokens of both replies; each log-ratio is a mean of its own",
      run: (chosen, rejected, chosenLengths, rejectedLengths, tau) =>
        chosen.map((ratio, i) => square((ratio - rejected[i]) / (chosenLengths[i] + rejectedLengths[i]), tau)),
    },
    {
      name: "mean-length",
      message: "the whole margin is divided by the mean length of the two; each log-ratio is a mean of its own",
      run: (chosen, rejected, chosenLengths, rejectedLengths, tau) =>
        chosen.map((ratio, i) => square((2 * (ratio - rejected[i])) / (chosenLengths[i] + rejectedLengths[i]), tau)),
    },
    {
      name: "only-chosen",
      message: "only the chosen reply is divided by its length",
      run: (chosen, rejected, chosenLengths, _r, tau) =>
        chosen.map((ratio, i) => square(ratio / chosenLengths[i] - rejected[i], tau)),
    },
    {
      name: "exchanged",
      message: "you have exchanged chosen and rejected",
      run: (chosen, rejected, chosenLengths, rejectedLengths, tau) =>
        chosen.map((ratio, i) => square(rejected[i] / rejectedLengths[i] - ratio / chosenLengths[i], tau)),
    },
    {
      name: "target-doubled",
      message: "the target is 1/τ here; it is 1/(2τ), with means as with sums",
      run: (chosen, rejected, chosenLengths, rejectedLengths, tau) =>
        chosen.map((ratio, i) => square(ratio / chosenLengths[i] - rejected[i] / rejectedLengths[i], tau / 2)),
    },
  ],
  hints: [
    "a mean over tokens is the sum divided by the reply's own number of tokens",
    "x = chosen / chosenLength − rejected / rejectedLength; then the same square as before",
  ],
});
