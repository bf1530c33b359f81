import type { Random } from "../../../tensor/random";
import type { Row } from "../../numbers";
import { defineExercise, type ExerciseCase } from "../../spec";
import { normals } from "../shared/plain";

type Inputs = readonly [rewards: Row, values: Row, gamma: number, lambda: number];

/** Backwards: y_t = x_t + g y_{t+1}. */
function discounted(x: Row, g: number): number[] {
  const sums = [...x];
  for (let t = x.length - 2; t >= 0; t--) sums[t] += g * sums[t + 1];
  return sums;
}
const tdErrors = (rewards: Row, values: Row, gamma: number, afterEnd = 0): number[] =>
  rewards.map((r, t) => r + gamma * (values[t + 1] ?? afterEnd) - values[t]);

const drawn = (
  name: string,
  property: string,
  [length, gamma, lambda]: readonly [number, number, number],
  random: Random,
): ExerciseCase<Inputs> => ({
  name,
  property,
  inputs: [normals(length, 1, random), normals(length, 1, random), gamma, lambda],
});

export const gae = defineExercise<Inputs>({
  id: "gae",
  answer: "one advantage per token, [T],",
  inputs: [
    { name: "rewards", kind: "plain" },
    { name: "values", kind: "plain" },
    { name: "gamma", kind: "plain" },
    { name: "lambda", kind: "plain" },
  ],
  cases: (random) => [
    drawn("five tokens, γ = 0.9, λ = 0.8", "TD errors, discounted by γλ", [5, 0.9, 0.8], random),
    drawn("λ = 0", "the TD error of each token", [4, 0.7, 0], random),
    drawn("λ = 1, γ = 1", "all rewards to come, minus the value", [4, 1, 1], random),
    drawn("a single token", "r − V: nothing comes after it", [1, 0.9, 0.95], random),
  ],
  reference: (rewards, values, gamma, lambda) => discounted(tdErrors(rewards, values, gamma), gamma * lambda),
  mistakes: [
    {
      name: "returns",
      message: "these are the returns: V has been added again, or never subtracted",
      run: (rewards, values, gamma, lambda) =>
        discounted(tdErrors(rewards, values, gamma), gamma * lambda).map((a, t) => a + values[t]),
    },
    {
      name: "no-lambda",
      message: "λ has no effect: the sum of TD errors is discounted by γλ, not by γ",
      run: (rewards, values, gamma) => discounted(tdErrors(rewards, values, gamma), gamma),
    },
    {
      name: "lambda-only",
      message: "the sum of TD errors is discounted by λ alone; γ belongs into both places",
      run: (rewards, values, gamma, lambda) => discounted(tdErrors(rewards, values, gamma), lambda),
    },
    {
      name: "td-error",
      message: "this is the TD error of each token; the later ones have to be added, discounted by γλ",
      run: (rewards, values, gamma) => tdErrors(rewards, values, gamma),
    },
    {
      name: "forwards",
      message: "you have accumulated from the first token on: an advantage is about what comes after",
      run: (rewards, values, gamma, lambda) =>
        discounted([...tdErrors(rewards, values, gamma)].reverse(), gamma * lambda).reverse(),
    },
    {
      name: "bootstrapped-end",
      message: "the last token is given a next value; after the end of the reply nothing comes, so that V is 0",
      run: (rewards, values, gamma, lambda) =>
        discounted(tdErrors(rewards, values, gamma, values[values.length - 1]), gamma * lambda),
    },
    {
      name: "own-value-missing",
      message: "V of the token itself is not subtracted: δ = r + γ V_next − V",
      run: (rewards, values, gamma, lambda) =>
        discounted(
          rewards.map((r, t) => r + gamma * (values[t + 1] ?? 0)),
          gamma * lambda,
        ),
    },
  ],
  hints: [
    "begin at the last token: what is its advantage, when nothing comes after it?",
    "δ_t = r_t + γ V_{t+1} − V_t with V = 0 after the end; then A_t = δ_t + γλ A_{t+1}, from the last token to the first",
    "for (let t = T − 1; t >= 0; t--) { next = rewards[t] + gamma · (values[t + 1] ?? 0) − values[t] + gamma · lambda · next; … }",
  ],
});
