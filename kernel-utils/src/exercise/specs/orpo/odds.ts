import type { Random } from "../../../tensor/random";
import type { Row } from "../../numbers";
import type { InputSpec } from "../../spec";

/** log(1 − e^x) for x < 0, without cancellation on either side of −ln 2. */
export const log1mexp = (x: number): number => (x > -Math.LN2 ? Math.log(-Math.expm1(x)) : Math.log1p(-Math.exp(x)));
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
