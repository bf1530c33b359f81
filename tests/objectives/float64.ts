import { type Float64Node, float64Arithmetic, leaf } from "../../kernel-utils/src/objectives/arithmetic/float64";
import { nest } from "../../kernel-utils/src/objectives/oracle/fields";

export const m = float64Arithmetic;

/** A float64 array [B,T] from its rows. */
export const table = (rows: number[][]): Float64Node => leaf(rows.flat(), [rows.length, rows[0].length]);
/** A float64 array [B]. */
export const vector = (entries: number[]): Float64Node => leaf(entries, [entries.length]);
/** The entries back as nested arrays; a plain number where the shape is []. */
export const read = <T = number[][]>(node: Float64Node): T => nest(node.values, node.shape) as T;

/** Every entry within 1e-12 of the wanted, relative to its size. */
export function expectExactly(node: Float64Node, wanted: number | number[] | number[][]): void {
  const flat = [wanted].flat(2);
  expect(node.values).toHaveLength(flat.length);
  node.values.forEach((value, i) => {
    expect(Math.abs(value - flat[i])).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(flat[i])));
  });
}
