/**
 * Numbers with named axes, float64, each with a bound on its rounding error and, when a derivative is wanted, its
 * rate of change. The bound is a running error analysis (Higham 2002, Accuracy and Stability of Numerical Algorithms,
 * section 3.3): it tells a line that does not hold from a draw that float64 cannot resolve.
 */
export interface Value {
  /** Names of the axes, e.g. ["y"] for a function of the reply; [] for a scalar. */
  axes: readonly string[];
  sizes: readonly number[];
  data: Float64Array;
  /** Bound on |computed − exact|, entry by entry. */
  error: Float64Array;
  /** d(data)/d(the parameter being varied), and a bound on its rounding; absent where it is zero. */
  rate?: Rate;
}

export interface Rate {
  data: Float64Array;
  error: Float64Array;
}

export const unitRoundoff = 2 ** -53;

/** What an underflow can lose. */
const tiniest = Number.MIN_VALUE;

const sizeOf = (sizes: readonly number[]): number => sizes.reduce((product, size) => product * size, 1);

export function scalar(value: number): Value {
  return { axes: [], sizes: [], data: Float64Array.of(value), error: new Float64Array(1) };
}

export function vector(axis: string, data: ArrayLike<number>): Value {
  const values = Float64Array.from(data);
  return { axes: [axis], sizes: [values.length], data: values, error: new Float64Array(values.length) };
}

export function matrix(axes: readonly [string, string], rows: readonly (readonly number[])[]): Value {
  const data = Float64Array.from(rows.flat());
  return { axes, sizes: [rows.length, rows[0].length], data, error: new Float64Array(data.length) };
}

/** f and its slope, at each entry. */
export function mapValue(x: Value, f: (x: number) => number, slope: (x: number, fx: number) => number): Value {
  const data = x.data.map(f);
  const slopes = x.data.map((entry, i) => slope(entry, data[i]));
  const error = data.map((entry, i) => scaled(slopes[i], x.error[i]) + unitRoundoff * Math.abs(entry) * 2 + tiniest);
  const rate = x.rate && emptyRate(data.length);
  if (x.rate && rate) {
    for (let i = 0; i < data.length; i++) {
      rate.data[i] = x.rate.data[i] === 0 ? 0 : slopes[i] * x.rate.data[i];
      const inSlope = isExact(slopes[i]) ? 0 : relativeError(x, i) + x.error[i];
      rate.error[i] = scaled(slopes[i], x.rate.error[i]) + Math.abs(rate.data[i]) * (4 * unitRoundoff + inSlope);
    }
  }
  return { axes: x.axes, sizes: x.sizes, data, error, rate };
}

const emptyRate = (length: number): Rate => ({ data: new Float64Array(length), error: new Float64Array(length) });

const isExact = (slope: number): boolean => slope === 0 || Math.abs(slope) === 1;

/** What rounding does to a slope is taken to be, relatively, what it does to the numbers the slope is computed from. */
const relativeError = ({ data, error }: Value, i: number): number =>
  error[i] === 0 ? 0 : error[i] / Math.abs(data[i]);

/** |slope| · error, where no error stays none even where the slope is infinite. */
const scaled = (slope: number, error: number): number => (error === 0 ? 0 : Math.abs(slope) * error);

/** f(a, b) and its two partial slopes, entry by entry; axes are matched by name. */
export function combine(
  a: Value,
  b: Value,
  f: (a: number, b: number) => number,
  slopes: (a: number, b: number) => readonly [number, number],
): Value {
  const { axes, sizes, indexA, indexB } = align(a, b);
  const length = sizeOf(sizes);
  const data = new Float64Array(length);
  const error = new Float64Array(length);
  const rate = a.rate || b.rate ? emptyRate(length) : undefined;
  for (let i = 0; i < length; i++) {
    const ia = indexA ? indexA[i] : a.data.length === 1 ? 0 : i;
    const ib = indexB ? indexB[i] : b.data.length === 1 ? 0 : i;
    data[i] = f(a.data[ia], b.data[ib]);
    const [slopeA, slopeB] = slopes(a.data[ia], b.data[ib]);
    error[i] = scaled(slopeA, a.error[ia]) + scaled(slopeB, b.error[ib]) + unitRoundoff * Math.abs(data[i]) + tiniest;
    if (!rate) continue;
    const partA = slopeA * (a.rate?.data[ia] ?? 0);
    const partB = slopeB * (b.rate?.data[ib] ?? 0);
    rate.data[i] = partA + partB;
    const inherited = scaled(slopeA, a.rate?.error[ia] ?? 0) + scaled(slopeB, b.rate?.error[ib] ?? 0);
    const inSlopes = relativeError(a, ia) + relativeError(b, ib);
    const relative = (slope: number) => 4 * unitRoundoff + (isExact(slope) ? 0 : inSlopes);
    rate.error[i] = inherited + Math.abs(partA) * relative(slopeA) + Math.abs(partB) * relative(slopeB);
  }
  return { axes, sizes, data, error, rate };
}

function align(a: Value, b: Value) {
  if (b.axes.length === 0 || sameAxes(a, b)) return { axes: a.axes, sizes: a.sizes, indexA: null, indexB: null };
  if (a.axes.length === 0) return { axes: b.axes, sizes: b.sizes, indexA: null, indexB: null };
  const axes = [...a.axes, ...b.axes.filter((axis) => !a.axes.includes(axis))];
  const sizes = axes.map((axis) => sizeAlong(a, axis) ?? sizeAlong(b, axis) ?? 1);
  return { axes, sizes, indexA: indices(a, axes, sizes), indexB: indices(b, axes, sizes) };
}

const sameAxes = (a: Value, b: Value): boolean =>
  a.axes.length === b.axes.length && a.axes.every((axis, place) => axis === b.axes[place]);

export function sizeAlong(value: Value, axis: string): number | undefined {
  const place = value.axes.indexOf(axis);
  return place < 0 ? undefined : value.sizes[place];
}

/** For every entry of the wider shape, where to find it in `value`. */
function indices(value: Value, axes: readonly string[], sizes: readonly number[]): Int32Array {
  const strides = axes.map((axis) => strideOf(value, axis));
  return Int32Array.from({ length: sizeOf(sizes) }, (_, entry) => {
    let rest = entry;
    let index = 0;
    for (let place = axes.length - 1; place >= 0; place--) {
      index += (rest % sizes[place]) * strides[place];
      rest = Math.floor(rest / sizes[place]);
    }
    return index;
  });
}

function strideOf(value: Value, axis: string): number {
  const place = value.axes.indexOf(axis);
  return place < 0 ? 0 : sizeOf(value.sizes.slice(place + 1));
}

/** One slice along `axis`, which disappears; a value without that axis is the same at every index. */
export function sliceAt(value: Value, axis: string, index: number): Value {
  const place = value.axes.indexOf(axis);
  if (place < 0) return value;
  const axes = value.axes.filter((name) => name !== axis);
  const sizes = value.sizes.filter((_, i) => i !== place);
  const stride = strideOf(value, axis);
  const block = stride * value.sizes[place];
  const pick = (data: Float64Array) =>
    Float64Array.from({ length: sizeOf(sizes) }, (_, i) => {
      return data[Math.floor(i / stride) * block + index * stride + (i % stride)];
    });
  const rate = value.rate && { data: pick(value.rate.data), error: pick(value.rate.error) };
  return { axes, sizes, data: pick(value.data), error: pick(value.error), rate };
}

/** Joins equally shaped values along a new, last axis. */
export function stack(values: readonly Value[], axis: string): Value {
  const [{ axes, sizes, data }] = values;
  const joined = (of: (value: Value) => Float64Array | undefined) =>
    Float64Array.from({ length: data.length * values.length }, (_, i) => {
      return of(values[i % values.length])?.[Math.floor(i / values.length)] ?? 0;
    });
  const moves = values.some(({ rate }) => rate !== undefined);
  return {
    axes: [...axes, axis],
    sizes: [...sizes, values.length],
    data: joined((value) => value.data),
    error: joined((value) => value.error),
    rate: moves ? { data: joined(({ rate }) => rate?.data), error: joined(({ rate }) => rate?.error) } : undefined,
  };
}
