import type { Random } from "../../../tensor/random";
import type { Row } from "../../numbers";
import type { InputSpec } from "../../spec";

/** Summed log-probabilities of pairs, in the order in which every exercise on pairs takes them; each [B], in nats. */
export type PairLogps = readonly [policyChosen: Row, policyRejected: Row, referenceChosen: Row, referenceRejected: Row];

const names = ["policyChosenLogps", "policyRejectedLogps", "referenceChosenLogps", "referenceRejectedLogps"];
export const pairInputs: readonly InputSpec[] = names.map((name) => ({ name, kind: "float32" }));

/** Pairs with given margins h. The reference is far from 0 and differs between the replies, so forgetting it shows. */
export function pairsWithMargins(margins: Row, random: Random): PairLogps {
  const referenceChosen = margins.map(() => -20 - 5 * random.uniform());
  const referenceRejected = margins.map(() => -16 - 5 * random.uniform());
  const share = margins.map(() => random.uniform());
  // Neither reply rises by more than 5 nats: a log-probability stays below 0.
  const rise = margins.map((h, i) => Math.min(share[i] * h, 5, h + 5));
  const policyChosen = margins.map((_, i) => referenceChosen[i] + rise[i]);
  const policyRejected = margins.map((h, i) => referenceRejected[i] + rise[i] - h);
  return [policyChosen, policyRejected, referenceChosen, referenceRejected];
}

/** h = log π(y_w)/π_ref(y_w) − log π(y_l)/π_ref(y_l) of each pair, in nats. */
export const margin = (
  policyChosen: Row,
  policyRejected: Row,
  referenceChosen: Row,
  referenceRejected: Row,
): number[] => policyChosen.map((logp, i) => logp - referenceChosen[i] - (policyRejected[i] - referenceRejected[i]));
