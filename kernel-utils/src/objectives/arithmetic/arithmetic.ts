/**
 * The operations a formula may use, on arrays of kind A. Formulas are written once against this interface and serve
 * both float32 tensors (training) and float64 arrays with exact gradients (the oracle).
 *
 * Arrays of one shape combine entry by entry; a plain number combines with every entry. Nothing else broadcasts:
 * [B] with [B,1] silently giving [B,B] is a classic way to a wrong loss.
 */
export interface Arithmetic<A> {
  shapeOf(a: A): readonly number[];
  add(a: A, b: A | number): A;
  sub(a: A, b: A | number): A;
  mul(a: A, b: A | number): A;
  /** a / b entry by entry; b must be nowhere zero. */
  div(a: A, b: A | number): A;
  neg(a: A): A;
  square(a: A): A;
  relu(a: A): A;
  /** log(1 + eˣ), finite at both extremes. */
  softplus(a: A): A;
  /** x where mask is not 0, else 0; nothing flows back through the entries left out, not even NaN. */
  masked(a: A, mask: A): A;
  /** 1 where a > b, else 0; constant for the gradient. Ties give 0. */
  greater(a: A, b: A): A;
  /** The larger of each entry and a constant; used on counts, so its gradient is never asked for. */
  atLeast(a: A, floor: number): A;
  /** Sum over the last axis: [B,T] to [B]. */
  sumLast(a: A): A;
  /** Sum of all entries, shape []. */
  sum(a: A): A;
  /** Mean of all entries, shape []. */
  mean(a: A): A;
  /** The same values as a constant. */
  detach(a: A): A;
}

/** log σ(x) = −softplus(−x): finite at x = −800, where log(σ(x)) is −∞. */
export const logSigmoid = <A>(m: Arithmetic<A>, x: A): A => m.neg(m.softplus(m.neg(x)));
