import type { Row } from "../../numbers";
import { defineExercise } from "../../spec";
import { mean, normals, sum } from "../shared/plain";

type Inputs = readonly [proxy: Row, gold: Row, n: number];

const descending = (by: Row): number[] => by.map((_, i) => i).sort((a, b) => by[b] - by[a]);
/** C(a, b), exact for the small numbers of an exercise. */
const choose = (a: number, b: number): number =>
  b > a ? 0 : Array.from({ length: b }, (_, i) => (a - i) / (i + 1)).reduce((product, factor) => product * factor, 1);
/** Σ over ranks: the probability that a rank is the best of n drawn without replacement, times its value. */
const weighted = (order: Row, values: Row, n: number): number =>
  sum(order.map((i, rank) => (choose(order.length - 1 - rank, n - 1) / choose(order.length, n)) * values[i]));

export const bestOfNGold = defineExercise<Inputs>({
  id: "best-of-n-gold",
  answer: "one number",
  inputs: [
    { name: "proxy", kind: "plain" },
    { name: "gold", kind: "plain" },
    { name: "n", kind: "plain" },
  ],
  cases: (random) => [
    {
      name: "eight replies, n = 3",
      property: "the gold of the reply that the proxy likes best",
      inputs: [normals(8, 1, random), normals(8, 1, random), 3],
    },
    { name: "n = 1", property: "the mean gold", inputs: [normals(5, 1, random), normals(5, 1, random), 1] },
    {
      name: "n = N",
      property: "the gold of the proxy's favourite",
      inputs: [[0.3, 2, -1, 0.5], [1, 0.2, 0.4, 0.7], 4],
    },
    {
      name: "a proxy that has it backwards, n = 2",
      property: "below the mean",
      inputs: [[4, 3, 2, 1], [-1, 0, 1, 2], 2],
    },
  ],
  reference: (proxy, gold, n) => weighted(descending(proxy), gold, n),
  mistakes: [
    {
      name: "gold-chooses",
      message: "gold does the choosing here; the reply is chosen by the proxy, and only then judged by gold",
      run: (_proxy, gold, n) => weighted(descending(gold), gold, n),
    },
    {
      name: "proxy-judged",
      message: "this is the proxy's own score of its choice: what the optimiser sees, not what it is worth",
      run: (proxy, _gold, n) => weighted(descending(proxy), proxy, n),
    },
    {
      name: "worst",
      message: "you keep the reply that the proxy likes least",
      run: (proxy, gold, n) => weighted(descending(proxy.map((score) => -score)), gold, n),
    },
    {
      name: "with-replacement",
      message:
        "these are draws with replacement, which may draw a reply twice; the subsets of n have different replies",
      run: (proxy, gold, n) => {
        const N = proxy.length;
        return sum(descending(proxy).map((i, rank) => (((N - rank) / N) ** n - ((N - rank - 1) / N) ** n) * gold[i]));
      },
    },
    {
      name: "top-n-mean",
      message: "this is the mean over the proxy's n favourites; best-of-n keeps one reply out of n random ones",
      run: (proxy, gold, n) =>
        mean(
          descending(proxy)
            .slice(0, n)
            .map((i) => gold[i]),
        ),
    },
    {
      name: "favourite-of-all",
      message: "this is the favourite among all N, whatever n is; average over the subsets of n",
      run: (proxy, gold) => gold[descending(proxy)[0]],
    },
  ],
  hints: [
    "sort by the proxy: in how many of the subsets of n is the reply of rank i (from the worst, 1 to N) the best?",
    "C(i − 1, n − 1) of C(N, n)",
    "go down from the best: its weight is n/N, and each next weight is (N − n − k) / (N − 1 − k) of the one before",
  ],
});
