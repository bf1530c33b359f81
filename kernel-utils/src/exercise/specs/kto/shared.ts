import type { Random } from "../../../tensor/random";
import type { Row } from "../../numbers";
import type { InputSpec } from "../../spec";
import { normals, sigmoid } from "../shared/plain";

/** Summed log-probs of one batch and its thumbs, as KTO sees them. */
export type LabelledLogps = readonly [policyLogps: Row, referenceLogps: Row, desirable: Row];

export const labelledInputs: readonly InputSpec[] = [
  { name: "policyLogps", kind: "float32" },
  { name: "referenceLogps", kind: "float32" },
  { name: "desirable", kind: "float32" },
];

/** Log-probs whose log-ratios are the given ones, about a plausible reference. */
export function withLogRatios(ratios: Row, random: Random): [policy: number[], reference: number[]] {
  const reference = normals(ratios.length, 3, random).map((value) => value - 20);
  return [reference.map((logp, i) => logp + ratios[i]), reference];
}

/** +1 for a desirable reply, −1 for an undesirable one. */
export const signs = (desirable: Row): number[] => desirable.map((label) => 2 * label - 1);

/** σ(±β (r − z0)): the value of each reply before it is weighted. */
export const satisfaction = (ratios: Row, desirable: Row, z0: number, beta: number): number[] =>
  signs(desirable).map((sign, i) => sigmoid(sign * beta * (ratios[i] - z0)));
