import type { Row } from "../../numbers";
import { defineExercise } from "../../spec";
import { normals } from "../shared/plain";

type Inputs = readonly [differences: Row, nu: number];
type Weights = (difference: number, nu: number) => readonly [win: number, tie: number, loss: number];

const shares = (differences: Row, nu: number, weights: Weights): number[][] =>
  differences.map((difference) => {
    const parts = weights(difference, nu);
    return parts.map((part) => part / (parts[0] + parts[1] + parts[2]));
  });
/** Everything divided by the larger worth, so that nothing overflows. */
const davidson: Weights = (d, nu) => {
  const top = Math.abs(d) / 2;
  return [Math.exp(d / 2 - top), nu * Math.exp(-top), Math.exp(-d / 2 - top)];
};

export const davidsonProbabilities = defineExercise<Inputs>({
  id: "davidson-probabilities",
  answer: "three probabilities per pair, [B, 3],",
  inputs: [
    { name: "differences", kind: "float32" },
    { name: "nu", kind: "plain" },
  ],
  cases: (random) => [
    { name: "random differences, ν = 0.7", property: "rows sum to 1", inputs: [normals(4, 1.5, random), 0.7] },
    { name: "equals, ν = 2", property: "¼, ½, ¼", inputs: [[0, 0], 2] },
    { name: "random differences, ν = 0", property: "Bradley–Terry: no ties", inputs: [normals(3, 2, random), 0] },
    { name: "differences of ±400", property: "finite: certain", inputs: [[400, -400], 1] },
  ],
  reference: (differences, nu) => shares(differences, nu, davidson),
  mistakes: [
    {
      name: "exchanged",
      message: "the columns are exchanged: win, tie, loss is the order asked for",
      run: (differences, nu) =>
        shares(
          differences.map((d) => -d),
          nu,
          davidson,
        ),
    },
    {
      name: "nu-missing",
      message: "ν is missing: how common ties are has to come in somewhere",
      run: (differences) => shares(differences, 1, davidson),
    },
    {
      name: "root-missing",
      message: "the root is missing: the tie's weight is ν times the geometric mean of the worths",
      run: (differences, nu) =>
        shares(differences, nu, (d, v) => {
          const top = Math.max(d, 0);
          return [Math.exp(d - top), v * Math.exp(d - top), Math.exp(-top)];
        }),
    },
    {
      name: "tie-constant",
      message: "the tie's weight does not fall with the difference; equals should tie more often than unequals",
      run: (differences, nu) =>
        shares(differences, nu, (d, v) => {
          const top = Math.abs(d) / 2;
          return [Math.exp(d / 2 - top), v, Math.exp(-d / 2 - top)];
        }),
    },
    {
      name: "not-normalised",
      message: "the three numbers do not sum to 1: divide by their total",
      run: (differences, nu) => differences.map((d) => [...davidson(d, nu)]),
    },
    {
      name: "overflow",
      message: "e to the 400 overflows; divide the three weights by the largest before adding them",
      run: (differences, nu) =>
        shares(differences, nu, (d, v) => [Math.fround(Math.exp(d)), v * Math.fround(Math.exp(d / 2)), 1]),
    },
  ],
  hints: [
    "relative to the loser's worth 1, what are the weights of winning and of a tie?",
    "logits: d/2, log ν and −d/2; which function turns logits into shares without overflowing?",
    "with ν = 0 its logarithm is −∞ and the softmax still works; or scale by e^(−|d|/2)",
  ],
});
