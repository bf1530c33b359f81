import { log1mexp, sigmoid, softplus } from "../../tensor/math/scalars";
import type { Arithmetic } from "./arithmetic";

/** A float64 array of the oracle, with what it takes to send a gradient back to the arrays it was made from. */
export class Float64Node {
  readonly gradient: Float64Array;

  constructor(
    readonly values: Float64Array,
    readonly shape: readonly number[],
    private readonly parents: readonly Float64Node[] = [],
    private readonly sendBack: (node: Float64Node) => void = () => {},
  ) {
    this.gradient = new Float64Array(values.length);
  }

  /** Fills `gradient` of every node this scalar depends on with ∂this/∂node. Call once, on a fresh graph. */
  backward(): void {
    this.gradient.fill(1);
    for (const node of this.dependencies().reverse()) node.sendBack(node);
  }

  /** Every node below this one, each after the nodes it was made from. */
  private dependencies(): Float64Node[] {
    const ordered: Float64Node[] = [];
    const seen = new Set<Float64Node>();
    const visit = (node: Float64Node) => {
      if (seen.has(node)) return;
      seen.add(node);
      node.parents.forEach(visit);
      ordered.push(node);
    };
    visit(this);
    return ordered;
  }
}

/** A leaf of the given shape; `values` row by row. */
export const leaf = (values: ArrayLike<number>, shape: readonly number[]): Float64Node =>
  new Float64Node(Float64Array.from(values), shape);

/** value(x) entry by entry, with slope(x) its derivative. */
function pointwise(a: Float64Node, value: (x: number) => number, slope: (x: number) => number): Float64Node {
  return new Float64Node(a.values.map(value), a.shape, [a], (node) => {
    for (let i = 0; i < a.values.length; i++) a.gradient[i] += node.gradient[i] * slope(a.values[i]);
  });
}

type Slopes = (x: number, y: number) => [byX: number, byY: number];

/** value(x, y) entry by entry for two arrays of one shape, or an array and a number. */
function paired(a: Float64Node, b: Float64Node | number, value: (x: number, y: number) => number, slopes: Slopes) {
  if (typeof b === "number")
    return pointwise(
      a,
      (x) => value(x, b),
      (x) => slopes(x, b)[0],
    );
  if (a.values.length !== b.values.length) throw new RangeError(`shapes [${a.shape}] and [${b.shape}] do not combine`);
  const values = a.values.map((x, i) => value(x, b.values[i]));
  return new Float64Node(values, a.shape, [a, b], (node) => {
    for (let i = 0; i < values.length; i++) {
      const [byX, byY] = slopes(a.values[i], b.values[i]);
      a.gradient[i] += node.gradient[i] * byX;
      b.gradient[i] += node.gradient[i] * byY;
    }
  });
}

/** Sums runs of `width` neighbouring entries: the last axis when width is its length, everything when it is the size. */
function sumRuns(a: Float64Node, width: number, shape: readonly number[]): Float64Node {
  const count = width === 0 ? shape.reduce((product, n) => product * n, 1) : a.values.length / width;
  const sums = new Float64Array(count);
  for (let i = 0; i < a.values.length; i++) sums[Math.floor(i / width)] += a.values[i];
  return new Float64Node(sums, shape, [a], (node) => {
    for (let i = 0; i < a.values.length; i++) a.gradient[i] += node.gradient[Math.floor(i / width)];
  });
}

const sumAll = (a: Float64Node): Float64Node => sumRuns(a, a.values.length, []);

/** Entries of `a` where the mask is not 0; the rest are 0 and send nothing back. */
function masked(a: Float64Node, mask: Float64Node): Float64Node {
  const values = a.values.map((x, i) => (mask.values[i] !== 0 ? x : 0));
  return new Float64Node(values, a.shape, [a], (node) => {
    for (let i = 0; i < values.length; i++) if (mask.values[i] !== 0) a.gradient[i] += node.gradient[i];
  });
}

function sort(a: Float64Node): Float64Node {
  const order = Array.from(a.values.keys()).sort((i, j) => a.values[i] - a.values[j]);
  const values = Float64Array.from(order, (from) => a.values[from]);
  return new Float64Node(values, a.shape, [a], (node) => {
    order.forEach((from, to) => {
      a.gradient[from] += node.gradient[to];
    });
  });
}

function columnOf(a: Float64Node, column: number): Float64Node {
  const width = a.shape[a.shape.length - 1];
  const entries = Float64Array.from({ length: a.values.length / width }, (_, row) => a.values[row * width + column]);
  return new Float64Node(entries, a.shape.slice(0, -1), [a], (node) => {
    for (let row = 0; row < entries.length; row++) a.gradient[row * width + column] += node.gradient[row];
  });
}

function stackLast(columns: Float64Node[]): Float64Node {
  const width = columns.length;
  const entries = Float64Array.from({ length: columns[0].values.length * width }, (_, i) => {
    return columns[i % width].values[Math.floor(i / width)];
  });
  return new Float64Node(entries, [...columns[0].shape, width], columns, (node) => {
    for (let i = 0; i < entries.length; i++) columns[i % width].gradient[Math.floor(i / width)] += node.gradient[i];
  });
}

/** Float64 arithmetic with reverse-mode gradients, for the oracle. */
export const float64Arithmetic: Arithmetic<Float64Node> = {
  shapeOf: (a) => a.shape,
  add: (a, b) =>
    paired(
      a,
      b,
      (x, y) => x + y,
      () => [1, 1],
    ),
  sub: (a, b) =>
    paired(
      a,
      b,
      (x, y) => x - y,
      () => [1, -1],
    ),
  mul: (a, b) =>
    paired(
      a,
      b,
      (x, y) => x * y,
      (x, y) => [y, x],
    ),
  div: (a, b) =>
    paired(
      a,
      b,
      (x, y) => x / y,
      (x, y) => [1 / y, -x / (y * y)],
    ),
  neg: (a) =>
    pointwise(
      a,
      (x) => -x,
      () => -1,
    ),
  square: (a) =>
    pointwise(
      a,
      (x) => x * x,
      (x) => 2 * x,
    ),
  relu: (a) =>
    pointwise(
      a,
      (x) => Math.max(x, 0),
      (x) => (x > 0 ? 1 : 0),
    ),
  exp: (a) => pointwise(a, Math.exp, Math.exp),
  expm1: (a) => pointwise(a, Math.expm1, Math.exp),
  sqrt: (a) => pointwise(a, Math.sqrt, (x) => 0.5 / Math.sqrt(x)),
  softplus: (a) => pointwise(a, softplus, sigmoid),
  log1mexp: (a) => pointwise(a, log1mexp, (x) => -1 / Math.expm1(-x)),
  minimum: (a, b) => paired(a, b, Math.min, (x, y) => (x <= y ? [1, 0] : [0, 1])),
  maximum: (a, b) => paired(a, b, Math.max, (x, y) => (x >= y ? [1, 0] : [0, 1])),
  clamp: (a, low, high) =>
    pointwise(
      a,
      (x) => Math.min(Math.max(x, low), high),
      (x) => (x >= low && x <= high ? 1 : 0),
    ),
  masked,
  greater: (a, b) =>
    leaf(
      a.values.map((x, i) => (x > b.values[i] ? 1 : 0)),
      a.shape,
    ),
  atLeast: (a, floor) =>
    pointwise(
      a,
      (x) => Math.max(x, floor),
      (x) => (x > floor ? 1 : 0),
    ),
  sort,
  sumLast: (a) => sumRuns(a, a.shape[a.shape.length - 1], a.shape.slice(0, -1)),
  sum: sumAll,
  mean: (a) => float64Arithmetic.div(sumAll(a), a.values.length),
  spread: (a, shape) => {
    const size = shape.reduce((product, n) => product * n, 1);
    const run = size / a.values.length;
    const repeated = Float64Array.from({ length: size }, (_, i) => a.values[Math.floor(i / run)]);
    return new Float64Node(repeated, shape, [a], (node) => {
      for (let i = 0; i < size; i++) a.gradient[Math.floor(i / run)] += node.gradient[i];
    });
  },
  unstackLast: (a) => Array.from({ length: a.shape[a.shape.length - 1] }, (_, column) => columnOf(a, column)),
  stackLast,
  reshape: (a, shape) =>
    new Float64Node(a.values, shape, [a], (node) => {
      for (let i = 0; i < a.values.length; i++) a.gradient[i] += node.gradient[i];
    }),
  constant: leaf,
  detach: (a) => leaf(a.values, a.shape),
};
