/** Arithmetic that several specs share, on plain float64 numbers. */
import type { Random } from "../../../tensor/random";
import type { Row, Rows } from "../../numbers";

export { log1mexp, sigmoid, softplus } from "../../../tensor/math/scalars";

export const sum = (values: Row): number => values.reduce((total, value) => total + value, 0);
export const mean = (values: Row): number => sum(values) / values.length;

export function logSoftmax(logits: Row): number[] {
  const top = Math.max(...logits);
  const logTotal = top + Math.log(sum(logits.map((logit) => Math.exp(logit - top))));
  return logits.map((logit) => logit - logTotal);
}
export const softmax = (logits: Row): number[] => logSoftmax(logits).map(Math.exp);

/** The entries of a row where the mask is 1. */
export const kept = (row: Row, mask: Row): number[] => row.filter((_, i) => mask[i] !== 0);
export const allKept = (rows: Rows, mask: Rows): number[] => rows.flatMap((row, b) => kept(row, mask[b]));

export const normals = (n: number, scale: number, random: Random): number[] =>
  Array.from({ length: n }, () => scale * random.normal());

/** A random distribution over n outcomes, none of them impossible. */
export const distribution = (n: number, random: Random): number[] => softmax(normals(n, 1, random));

/** log π/π_ref of each reply, nats. */
export const logRatios = (policy: Row, reference: Row): number[] => policy.map((logp, i) => logp - reference[i]);
