import type { Row } from "../../numbers";
import { defineExercise } from "../../spec";
import { log1mexp } from "../shared/plain";
import { logOdds, meanLogps } from "./odds";

type Inputs = readonly [meanLogps: Row];

/** As float32 computes it: e^a rounds to 1 near 0, and 1 − p is then 0. */
const naive = (logp: number): number => {
  const p = Math.fround(Math.exp(logp));
  return Math.log(p / (1 - p));
};

export const logOddsSpec = defineExercise<Inputs>({
  id: "log-odds",
  answer: "one number per reply, [B],",
  inputs: [{ name: "meanLogps", kind: "float32" }],
  cases: (random) => [
    { name: "usual log-probs", property: "0 at p = ½, negative below", inputs: [[-Math.LN2, ...meanLogps(4, random)]] },
    { name: "an unlikely reply", property: "odds are p itself: log odds ≈ log p", inputs: [[-30, -80, -200]] },
    { name: "a nearly certain reply", property: "finite: 18.4 at −10⁻⁸", inputs: [[-1e-8, -1e-4]] },
  ],
  reference: ([...logps]) => logps.map(logOdds),
  mistakes: [
    {
      name: "cancellation",
      message: "1 − e^a is 0 in float32 when a is near 0: use −expm1(a), which keeps its digits",
      run: (logps) => logps.map(naive),
    },
    {
      name: "sign",
      message: "the odds are turned over: p / (1 − p), so likelier replies have larger log odds",
      run: (logps) => logps.map((logp) => -logOdds(logp)),
    },
    {
      name: "log-probability",
      message: "this is the log-probability; log odds subtract log(1 − p) from it",
      run: (logps) => [...logps],
    },
    {
      name: "log-missing",
      message: "these are the odds; return their logarithm",
      run: (logps) => logps.map((logp) => Math.exp(logOdds(logp))),
    },
    {
      name: "plus",
      message: "this divides by 1 + p; odds divide by 1 − p",
      run: (logps) => logps.map((logp) => logp - Math.log1p(Math.exp(logp))),
    },
    {
      name: "added",
      message: "log(1 − p) is added where it should be subtracted",
      run: (logps) => logps.map((logp) => logp + log1mexp(logp)),
    },
  ],
  hints: [
    "log(p / (1 − p)) = log p − log(1 − p), and log p is given",
    "log(1 − e^a): expm1(a) is e^a − 1 without cancellation",
    "meanLogps.sub(tf.log(tf.neg(tf.expm1(meanLogps))))",
  ],
});
