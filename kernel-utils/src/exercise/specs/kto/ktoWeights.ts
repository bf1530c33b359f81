import { defineExercise } from "../../spec";

type Inputs = readonly [desirableCount: number, undesirableCount: number];

/** λ_D n_D = λ_U n_U, the smaller weight being 1. */
const balanced = (up: number, down: number): [number, number] => [Math.max(1, down / up), Math.max(1, up / down)];

export const ktoWeights = defineExercise<Inputs>({
  id: "kto-weights",
  answer: "the two weights, λ_D and λ_U,",
  inputs: [
    { name: "desirableCount", kind: "plain" },
    { name: "undesirableCount", kind: "plain" },
  ],
  cases: (random) => {
    const many = 200 + random.integer(500);
    return [
      { name: "nine thumbs up to one down", property: "the rare class weighs 9", inputs: [900, 100] },
      { name: "thumbs up are rare", property: "the rare class weighs more", inputs: [20, many] },
      { name: "as many of each", property: "1 and 1", inputs: [64, 64] },
    ];
  },
  reference: balanced,
  mistakes: [
    {
      name: "exchanged",
      message: "the larger class got the larger weight; it is the rare one that needs help",
      run: (up, down) => balanced(down, up),
    },
    {
      name: "shares",
      message: "these are the shares of the classes; the weights make λ_D n_D equal to λ_U n_U",
      run: (up, down) => [up / (up + down), down / (up + down)],
    },
    {
      name: "inverse-counts",
      message: "the ratio is right and the scale is not: the smaller of the two weights is 1",
      run: (up, down) => [1 / up, 1 / down],
    },
    { name: "unweighted", message: "both weights are 1, whatever the counts", run: () => [1, 1] },
  ],
  hints: ["λ_D n_D = λ_U n_U fixes the ratio of the weights", "the class with more records gets 1, the other n / n"],
});
