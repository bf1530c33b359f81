import type { Random } from "../../../tensor/random";
import type { Row } from "../../numbers";
import type { InputSpec } from "../../spec";
import { log1mexp } from "../shared/plain";

/** log(p / (1 − p)) from log p. */
export const logOdds = (meanLogp: number): number => meanLogp - log1mexp(meanLogp);
export const logOddsRatio = (chosen: Row, rejected: Row): number[] =>
  chosen.map((logp, i) => logOdds(logp) - logOdds(rejected[i]));

/** Mean log-probs as models have them: a fraction of a nat to several nats a token. */
export const meanLogps = (n: number, random: Random): number[] =>
  Array.from({ length: n }, () => -0.05 - 3 * random.uniform());

export const pairInputs: readonly InputSpec[] = [
  { name: "chosenMeanLogps", kind: "float32" },
  { name: "rejectedMeanLogps", kind: "float32" },
];
