import type { Row, Rows } from "../../numbers";
import { defineExercise } from "../../spec";
import { distribution } from "../shared/plain";
import { drawWins, meetings, overOthers, scaledToOne, winsOf } from "./comparisons";

type Inputs = readonly [wins: Rows, worths: Row];

const pull = (wins: Rows, worths: Row): number[] =>
  overOthers(wins, (i, j) => meetings(wins, i, j) / (worths[i] + worths[j]));
const update = (wins: Rows, worths: Row): number[] => winsOf(wins).map((won, i) => won / pull(wins, worths)[i]);

export const mmUpdate = defineExercise<Inputs>({
  id: "mm-update",
  answer: "one worth per item, [n],",
  inputs: [
    { name: "wins", kind: "float32" },
    { name: "worths", kind: "float32" },
  ],
  cases: (random) => [
    {
      name: "five items",
      property: "positive, summing to 1",
      inputs: [drawWins(5, 6, random), distribution(5, random)],
    },
    {
      name: "two items, 3 to 1",
      property: "at the answer after one step",
      inputs: [
        [
          [0, 3],
          [1, 0],
        ],
        [0.5, 0.5],
      ],
    },
    {
      name: "already there",
      property: "stays where it is",
      inputs: [
        [
          [0, 3],
          [1, 0],
        ],
        [0.75, 0.25],
      ],
    },
    {
      name: "an item that never won",
      property: "worth 0",
      inputs: [
        [
          [0, 2, 4],
          [1, 0, 2],
          [0, 0, 0],
        ],
        [0.2, 0.3, 0.5],
      ],
    },
  ],
  reference: (wins, worths) => scaledToOne(update(wins, worths)),
  mistakes: [
    {
      name: "not-scaled",
      message: "the worths do not sum to 1: only their ratios are known, so one convention has to be kept",
      run: (wins, worths) => update(wins, worths),
    },
    {
      name: "share-of-wins",
      message: "this is the share of comparisons won; it forgets against whom",
      run: (wins) =>
        scaledToOne(winsOf(wins).map((won, i) => won / overOthers(wins, (a, b) => meetings(wins, a, b))[i])),
    },
    {
      name: "wins-for-meetings",
      message: "the denominator counts wins only; every meeting counts, won or lost",
      run: (wins, worths) =>
        scaledToOne(
          winsOf(wins).map((won, i) => {
            const lower = overOthers(wins, (a, b) => wins[a][b] / (worths[a] + worths[b]))[i];
            return won === 0 ? 0 : won / lower;
          }),
        ),
    },
    {
      name: "inverted",
      message: "the fraction is inverted: items that win more should be worth more",
      run: (wins, worths) => scaledToOne(winsOf(wins).map((won, i) => pull(wins, worths)[i] / won)),
    },
    {
      name: "opponent-only",
      message: "the denominator has the opponent's worth alone; it is the sum of the two worths",
      run: (wins, worths) =>
        scaledToOne(
          winsOf(wins).map((won, i) => won / overOthers(wins, (a, b) => meetings(wins, a, b) / worths[b])[i]),
        ),
    },
    {
      name: "multiplied",
      message: "the update is multiplied by the old worth; that is the fixed point's equation, used twice",
      run: (wins, worths) => scaledToOne(update(wins, worths).map((worth, i) => worth * worths[i])),
    },
  ],
  hints: [
    "wins over a sum that is larger where the opponents are weak",
    "γ_i ← W_i / Σ_j N_ij / (γ_i + γ_j), all from the old γ, then divide by the total",
    "meetings = wins + winsᵀ; pairwise sums by reshaping worths to a column and a row; the diagonal of meetings is 0 anyway",
  ],
});
