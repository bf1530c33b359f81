import type { Random } from "../../../tensor/random";
import type { Row, Rows } from "../../numbers";
import { sum } from "../shared/plain";

/** wins[i][j]: how often item i beat item j; the diagonal is 0. Every item wins and loses at least once. */
export function drawWins(items: number, most: number, random: Random): number[][] {
  return Array.from({ length: items }, (_, i) =>
    Array.from({ length: items }, (_, j) => (i === j ? 0 : 1 + random.integer(most))),
  );
}

/** W_i, each item's wins. */
export const winsOf = (wins: Rows): number[] => wins.map(sum);

/** For each item i, the sum over the others of f(i, j). */
export const overOthers = (wins: Rows, f: (i: number, j: number) => number): number[] =>
  wins.map((row, i) => sum(row.map((_, j) => (j === i ? 0 : f(i, j)))));

/** N_ij, how often two items met. */
export const meetings = (wins: Rows, i: number, j: number): number => wins[i][j] + wins[j][i];

export const scaledToOne = (worths: Row): number[] => worths.map((worth) => worth / sum(worths));
