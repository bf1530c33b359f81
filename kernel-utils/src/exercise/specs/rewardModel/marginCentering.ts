import type { Random } from "../../../tensor/random";
import type { Row } from "../../numbers";
import { defineExercise, type ExerciseCase } from "../../spec";
import { normals, softplus } from "../shared/plain";

type Inputs = readonly [chosenRewards: Row, rejectedRewards: Row, margins: Row, centering: number];
type Pair = (chosen: number, rejected: number, margin: number, centering: number) => number;

const each = ([chosen, rejected, margins, centering]: Inputs, pair: Pair): number[] =>
  chosen.map((score, i) => pair(score, rejected[i], margins[i], centering));

const drawn = (name: string, property: string, centering: number, random: Random): ExerciseCase<Inputs> => ({
  name,
  property,
  inputs: [normals(4, 1, random), normals(4, 1, random), normals(4, 1, random).map(Math.abs), centering],
});

export const marginCentering = defineExercise<Inputs>({
  id: "margin-centering",
  answer: "one loss per pair, [B],",
  inputs: [
    { name: "chosenRewards", kind: "float32" },
    { name: "rejectedRewards", kind: "float32" },
    { name: "margins", kind: "float32" },
    { name: "centering", kind: "plain" },
  ],
  cases: (random) => [
    drawn("random pairs, c = 0.3", "both terms count", 0.3, random),
    drawn("no centering", "only the margin is left", 0, random),
    {
      name: "a win by exactly the margin",
      property: "log 2, and nothing for scores that sum to 0",
      inputs: [[1, 0.5], [-1, -0.5], [2, 1], 0.5],
    },
    { name: "large scores", property: "finite", inputs: [[-300, 300], [300, -301], [1, 1], 0.01] },
  ],
  reference: (...inputs) => each(inputs, (w, l, m, c) => softplus(-(w - l - m)) + c * (w + l) ** 2),
  mistakes: [
    {
      name: "margin-added",
      message: "the margin is added to the difference: that asks the chosen reply to win by less than nothing",
      run: (...inputs) => each(inputs, (w, l, m, c) => softplus(-(w - l + m)) + c * (w + l) ** 2),
    },
    {
      name: "margin-outside",
      message: "the margin stands outside σ: there it is a constant and has no gradient",
      run: (...inputs) => each(inputs, (w, l, m, c) => softplus(-(w - l)) + m + c * (w + l) ** 2),
    },
    {
      name: "margin-as-weight",
      message: "the margin weighs the pair here; it should be subtracted from the difference",
      run: (...inputs) => each(inputs, (w, l, m, c) => m * softplus(-(w - l)) + c * (w + l) ** 2),
    },
    {
      name: "margin-missing",
      message: "the margin has no effect",
      run: (...inputs) => each(inputs, (w, l, _m, c) => softplus(-(w - l)) + c * (w + l) ** 2),
    },
    {
      name: "each-score",
      message: "you have penalised each score: w² + l² also shrinks the difference; the penalty is on the sum",
      run: (...inputs) => each(inputs, (w, l, m, c) => softplus(-(w - l - m)) + c * (w ** 2 + l ** 2)),
    },
    {
      name: "difference",
      message: "you have penalised the difference, which the loss is trying to widen; the penalty is on the sum",
      run: (...inputs) => each(inputs, (w, l, m, c) => softplus(-(w - l - m)) + c * (w - l) ** 2),
    },
    {
      name: "not-squared",
      message: "the square is missing: a plain sum can be made as negative as one likes",
      run: (...inputs) => each(inputs, (w, l, m, c) => softplus(-(w - l - m)) + c * (w + l)),
    },
    {
      name: "centering-missing",
      message: "the centering has no effect",
      run: (...inputs) => each(inputs, (w, l, m) => softplus(-(w - l - m))),
    },
  ],
  hints: [
    "by how much must the chosen reply win before σ is at ½?",
    "−log σ(r_w − r_l − m), and beside it c times the square of the sum of the two scores",
  ],
});
