import type { Row } from "../../numbers";
import { defineExercise } from "../../spec";
import { mean, normals, sigmoid, sum } from "../shared/plain";

type Inputs = readonly [differences: Row, firstWon: Row, bins: number];

interface Bin {
  share: number;
  confidence: number;
  observed: number;
}

function binned(predictions: Row, outcomes: Row, bins: number): Bin[] {
  const binOf = predictions.map((p) => Math.min(Math.floor(p * bins), bins - 1));
  return Array.from({ length: bins }, (_, bin) => predictions.map((_, i) => i).filter((i) => binOf[i] === bin))
    .filter((members) => members.length > 0)
    .map((members) => ({
      share: members.length / predictions.length,
      confidence: mean(members.map((i) => predictions[i])),
      observed: mean(members.map((i) => outcomes[i])),
    }));
}
const gap = ({ confidence, observed }: Bin): number => Math.abs(confidence - observed);
const expected = (bins: readonly Bin[]): number => sum(bins.map((bin) => bin.share * gap(bin)));

export const calibrationError = defineExercise<Inputs>({
  id: "calibration-error",
  answer: "one number",
  inputs: [
    { name: "differences", kind: "plain" },
    { name: "firstWon", kind: "plain" },
    { name: "bins", kind: "plain" },
  ],
  cases: (random) => {
    const differences = normals(40, 1.5, random);
    return [
      {
        name: "40 noisy pairs, 5 bins",
        property: "between 0 and 1",
        inputs: [differences, differences.map((d) => (random.uniform() < sigmoid(0.4 * d) ? 1 : 0)), 5],
      },
      { name: "even scores, half won", property: "0: perfectly calibrated", inputs: [[0, 0, 0, 0], [1, 0, 1, 0], 10] },
      {
        name: "certain and always wrong",
        property: "1",
        inputs: [[40, 40, -40], [0, 0, 1], 10],
      },
      {
        name: "one crowded bin and one empty corner",
        property: "a bin counts by its pairs",
        inputs: [[2, 2.1, 2.2, 1.9, 2, -1], [1, 1, 0, 1, 0, 1], 4],
      },
    ];
  },
  reference: (differences, won, bins) => expected(binned(differences.map(sigmoid), won, bins)),
  mistakes: [
    {
      name: "bins-weigh-equally",
      message: "every bin weighs the same here; a bin counts by its share of the pairs",
      run: (differences, won, bins) => mean(binned(differences.map(sigmoid), won, bins).map(gap)),
    },
    {
      name: "signed",
      message: "the absolute value is missing: bins that are too sure and bins that are not sure enough cancel",
      run: (differences, won, bins) =>
        sum(binned(differences.map(sigmoid), won, bins).map((b) => b.share * (b.confidence - b.observed))),
    },
    {
      name: "squared",
      message: "the gaps are squared here; ECE averages their sizes",
      run: (differences, won, bins) =>
        sum(binned(differences.map(sigmoid), won, bins).map((bin) => bin.share * gap(bin) ** 2)),
    },
    {
      name: "per-pair",
      message: "this compares each pair with its own 0 or 1; average within a bin first, then compare",
      run: (differences, won) => mean(differences.map((d, i) => Math.abs(sigmoid(d) - won[i]))),
    },
    {
      name: "worst-bin",
      message: "this is the largest gap, which is called the maximum calibration error; ECE is the weighted mean",
      run: (differences, won, bins) => Math.max(...binned(differences.map(sigmoid), won, bins).map(gap)),
    },
    {
      name: "exchanged",
      message: "the differences have the wrong sign: σ(d) is the probability that the first reply wins",
      run: (differences, won, bins) =>
        expected(
          binned(
            differences.map((d) => sigmoid(-d)),
            won,
            bins,
          ),
        ),
    },
  ],
  hints: [
    "sort the pairs into bins by σ(d); what should be true within each bin?",
    "per bin: the mean of σ(d), less the share of pairs the first reply won; absolute value",
    "sum over bins of (pairs in the bin / all pairs) · |mean prediction − share won|; empty bins count nothing",
  ],
});
