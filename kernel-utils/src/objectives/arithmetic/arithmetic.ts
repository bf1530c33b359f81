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
  exp(a: A): A;
  /** eˣ − 1 without losing the digits of a small x. */
  expm1(a: A): A;
  /** √x for x ≥ 0; its slope at 0 is infinite, so keep 0 out of what is differentiated. */
  sqrt(a: A): A;
  /** log(1 + eˣ), finite at both extremes. */
  softplus(a: A): A;
  /** log(1 − eˣ) for x < 0, exact to rounding at both ends; branches at −ln 2. */
  log1mexp(a: A): A;
  /** The smaller of two entries; at a tie the gradient goes to the first. */
  minimum(a: A, b: A): A;
  /** The larger of two entries; at a tie the gradient goes to the first. */
  maximum(a: A, b: A): A;
  /** x held in [low, high], which may be infinite; nothing flows back from outside. */
  clamp(a: A, low: number, high: number): A;
  /** x where mask is not 0, else 0; nothing flows back through the entries left out, not even NaN. */
  masked(a: A, mask: A): A;
  /** 1 where a > b, else 0; constant for the gradient. Ties give 0. */
  greater(a: A, b: A): A;
  /** The larger of each entry and a constant; used on counts, so its gradient is never asked for. */
  atLeast(a: A, floor: number): A;
  /** The entries of [B] in ascending order; the gradient goes back to where each came from. */
  sort(a: A): A;
  /** Sum over the last axis: [B,T] to [B]. */
  sumLast(a: A): A;
  /** Sum of all entries, shape []. */
  sum(a: A): A;
  /** Mean of all entries, shape []. */
  mean(a: A): A;
  /** Entries repeated along new last axes: [] or [B] to [B,T]. The only way to broadcast, so it is always on purpose. */
  spread(a: A, shape: readonly number[]): A;
  /** The columns of the last axis: [B,T] to T arrays [B]. */
  unstackLast(a: A): A[];
  /** Columns side by side as a new last axis: T arrays [B] to [B,T]. */
  stackLast(columns: A[]): A;
  /** The entries row by row in another shape. */
  reshape(a: A, shape: readonly number[]): A;
  /** Given numbers, row by row. */
  constant(values: readonly number[], shape: readonly number[]): A;
  /** The same values as a constant. */
  detach(a: A): A;
}

/** log σ(x) = −softplus(−x): finite at x = −800, where log(σ(x)) is −∞. */
export const logSigmoid = <A>(m: Arithmetic<A>, x: A): A => m.neg(m.softplus(m.neg(x)));

/** σ(x) = e^{log σ(x)}: 0 and not NaN at x = −800, with all its digits. */
export const sigmoid = <A>(m: Arithmetic<A>, x: A): A => m.exp(logSigmoid(m, x));

/** |x|, with slope 0 at x = 0 (where tf.abs has −1). */
export const absolute = <A>(m: Arithmetic<A>, x: A): A => m.add(m.relu(x), m.relu(m.neg(x)));

/** 1 where x > 0, else 0; constant for the gradient. */
export const positive = <A>(m: Arithmetic<A>, x: A): A => m.greater(x, m.mul(x, 0));

/** Mean of the entries whose mask is 1, shape []; 0 if there is none. What is masked may be NaN. */
export const maskedMean = <A>(m: Arithmetic<A>, x: A, mask: A): A =>
  m.div(m.sum(m.masked(x, mask)), m.atLeast(m.sum(mask), 1));
