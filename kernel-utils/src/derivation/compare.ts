import { subtract } from "./arithmetic";
import type { Relation } from "./term";
import { combine, type Value } from "./value";

/** What one draw says about a line. */
export type Verdict =
  | { kind: "holds"; residual: number }
  /** Rounding, overflow or underflow leaves too few digits to tell. */
  | { kind: "unresolved" }
  | { kind: "breaks"; left: string; right: string; residual: number };

/** Relative tolerance of an identity, on top of the bound on its rounding. */
export const tolerance = 1e-9;

/**
 * Two values that should be equal, or ordered, within `slack` · size and the bound on their rounding.
 * @param floor the size below which a value counts as rounding noise of its surroundings; 0 where tiny values matter
 */
export function compare(
  left: Value,
  right: Value,
  relation: Relation = "==",
  slack = tolerance,
  floor = 1e-3,
): Verdict {
  const difference = subtract(left, right);
  const sizes = combine(
    left,
    right,
    (a, b) => Math.max(Math.abs(a), Math.abs(b)),
    () => [1, 1],
  ).data;
  const largest = Math.max(...sizes);
  // Below the floor, rounding noise is measured by its surroundings: relative to itself it would be near 1.
  const size = Math.max(largest, floor);
  let residual = 0;
  let broken = false;
  for (let i = 0; i < sizes.length; i++) {
    const error = difference.error[i];
    if (!Number.isFinite(sizes[i]) || !(error <= 1e-6 * (sizes[i] + floor))) return { kind: "unresolved" };
    const miss = relation === "==" ? Math.abs(difference.data[i]) : Math.max(0, difference.data[i] * sign(relation));
    if (size > 0) residual = Math.max(residual, miss / size);
    if (miss > slack * sizes[i] + 16 * error) broken = true;
  }
  return broken ? { kind: "breaks", left: shown(left), right: shown(right), residual } : { kind: "holds", residual };
}

const sign = (relation: Relation): number => (relation === ">=" ? -1 : 1);

/** The numbers of a value, for a reader. */
export function shown(value: Value): string {
  const numbers = Array.from(value.data, (entry) => Number(entry.toPrecision(6)));
  return value.axes.length === 0 ? `${numbers[0]}` : `[${numbers.join(", ")}]`;
}
