import type { Row, Rows } from "../../numbers";
import { defineExercise } from "../../spec";
import { normals, sigmoid, sum } from "../shared/plain";
import { drawWins, meetings, overOthers, winsOf } from "./comparisons";

type Inputs = readonly [wins: Rows, strengths: Row];

/** Expected wins of each item. */
const expected = (wins: Rows, r: Row, sign = 1): number[] =>
  overOthers(wins, (i, j) => meetings(wins, i, j) * sigmoid(sign * (r[i] - r[j])));
const minus = (a: Row, b: Row): number[] => a.map((x, i) => x - b[i]);

export const bradleyTerryGradient = defineExercise<Inputs>({
  id: "bradley-terry-gradient",
  answer: "one number per item, [n],",
  inputs: [
    { name: "wins", kind: "float32" },
    { name: "strengths", kind: "float32" },
  ],
  cases: (random) => [
    { name: "five items", property: "sums to 0", inputs: [drawWins(5, 6, random), normals(5, 1, random)] },
    {
      name: "strengths equal",
      property: "half the meetings less the wins",
      inputs: [drawWins(4, 5, random), [2, 2, 2, 2]],
    },
    {
      name: "two items, one win",
      property: "−½ and ½",
      inputs: [
        [
          [0, 1],
          [0, 0],
        ],
        [0, 0],
      ],
    },
    {
      name: "the worse one is 80 ahead",
      property: "pulled down with all its losses",
      inputs: [
        [
          [0, 3],
          [1, 0],
        ],
        [-40, 40],
      ],
    },
  ],
  reference: (wins, r) => minus(expected(wins, r), winsOf(wins)),
  mistakes: [
    {
      name: "ascent",
      message: "this is the gradient of the log-likelihood; the loss is its negative",
      run: (wins, r) => minus(winsOf(wins), expected(wins, r)),
    },
    {
      name: "argument-sign",
      message: "the argument of σ has the wrong sign: these are expected losses",
      run: (wins, r) => minus(expected(wins, r, -1), winsOf(wins)),
    },
    {
      name: "expected-missing",
      message: "the expected wins are missing: the gradient would never reach 0",
      run: (wins) => winsOf(wins).map((count) => -count),
    },
    {
      name: "wins-missing",
      message: "the observed wins are missing: every item would be pulled down for ever",
      run: (wins, r) => expected(wins, r),
    },
    {
      name: "rows-and-columns",
      message: "rows and columns are exchanged: the losses are counted where the wins should be",
      run: (wins, r) =>
        minus(
          expected(wins, r),
          wins.map((_, i) => sum(wins.map((row) => row[i]))),
        ),
    },
    {
      name: "wins-for-meetings",
      message: "expected wins are counted out of the wins; they are out of all meetings, won or lost",
      run: (wins, r) =>
        minus(
          overOthers(wins, (i, j) => wins[i][j] * sigmoid(r[i] - r[j])),
          winsOf(wins),
        ),
    },
    {
      name: "mean",
      message: "you have divided by the number of comparisons; the loss here is their sum",
      run: (wins, r) => minus(expected(wins, r), winsOf(wins)).map((g) => g / sum(winsOf(wins))),
    },
  ],
  hints: [
    "what would the item have won, were the strengths right, and what did it win?",
    "meetings are wins plus its transpose; σ of the differences r_i − r_j, summed over the columns, gives expected wins",
    "p = sigmoid(strengths as a column − strengths as a row); (meetings · p) summed over axis 1, less wins summed over axis 1",
  ],
});
