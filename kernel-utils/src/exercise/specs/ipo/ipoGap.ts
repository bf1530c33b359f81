import type { Row } from "../../numbers";
import { defineExercise } from "../../spec";

type Inputs = readonly [shares: Row, tau: number];

export const ipoGap = defineExercise<Inputs>({
  id: "ipo-gap",
  answer: "one margin per pair, [B], in nats,",
  inputs: [
    { name: "shares", kind: "float32" },
    { name: "tau", kind: "plain" },
  ],
  cases: (random) => [
    {
      name: "random shares, τ = 0.1",
      property: "above 0 where the share is above one half",
      inputs: [Array.from({ length: 5 }, () => random.uniform()), 0.1],
    },
    { name: "everybody, nobody, half, τ = 0.25", property: "2, −2 and 0 nats", inputs: [[1, 0, 0.5], 0.25] },
    { name: "nine of ten, τ = 2", property: "0.2 nats", inputs: [[0.9, 0.1], 2] },
  ],
  reference: (shares, tau) => shares.map((p) => (2 * p - 1) / (2 * tau)),
  mistakes: [
    {
      name: "dpo",
      message: "this is DPO's best margin, logit(p)/β: it is infinite where everybody agrees",
      run: (shares, tau) => shares.map((p) => Math.log(p / (1 - p)) / tau),
    },
    {
      name: "flips-ignored",
      message: "the target is weighted by p here; the share 1 − p of opposite labels pulls to −1/(2τ) as well",
      run: (shares, tau) => shares.map((p) => p / (2 * tau)),
    },
    {
      name: "certain",
      message: "this is the target of a label all share, whatever p is; opposite labels pull the other way",
      run: (shares, tau) => shares.map(() => 1 / (2 * tau)),
    },
    {
      name: "doubled",
      message: "this is twice too large: the square is around 1/(2τ), not 1/τ",
      run: (shares, tau) => shares.map((p) => (2 * p - 1) / tau),
    },
    {
      name: "times-tau",
      message: "this multiplies by τ; a larger τ holds the policy closer, so the margin shrinks with τ",
      run: (shares, tau) => shares.map((p) => ((2 * p - 1) / 2) * tau),
    },
    {
      name: "exchanged",
      message: "the sign is flipped: the reply that most prefer should gain",
      run: (shares, tau) => shares.map((p) => (1 - 2 * p) / (2 * tau)),
    },
    {
      name: "one-label",
      message:
        "this is p/τ, the best margin if the target were 1/τ for a win and 0 for a loss; it treats the two replies differently",
      run: (shares, tau) => shares.map((p) => p / tau),
    },
  ],
  hints: [
    "a share p of the labels pulls to +1/(2τ), a share 1 − p to −1/(2τ): which h minimises the weighted squares?",
    "the minimiser of a sum of squares is the weighted mean of the targets",
  ],
});
