/** Reads as much of a tensor as a reader will look at. A large one stays where it is: only corners and totals are read. */
import * as tf from "@tensorflow/tfjs";

/** The last two axes, with what was left out marked. */
export interface Matrix {
  /** Indices of the rows and columns shown; "…" for those between. */
  rows: (number | "…")[];
  columns: (number | "…")[];
  values: unknown[][];
}

export interface Glance {
  matrix: Matrix;
  /** Facts about all values, by name; none for texts and for single values. */
  summary: [string, number][];
}

/** Up to this many values are read whole: less work than cutting out corners. */
const readWhole = 4096;
const shownAtOnce = 8;
const [shownFirst, shownLast] = [5, 2];

/** Which indices of an axis are shown: all of a short one, both ends of a long one. */
function shownOf(size: number): (number | "…")[] {
  const all = Array.from({ length: size }, (_, index) => index);
  if (size <= shownAtOnce) return all;
  return [...all.slice(0, shownFirst), "…", ...all.slice(size - shownLast)];
}

/** @returns a promise where the backend cannot be read at once */
export function glanceAt(tensor: tf.Tensor, readsAtOnce: boolean): Glance | Promise<Glance> {
  const [rowCount, columnCount] = [1, 1, ...tensor.shape].slice(-2);
  const axes = { rows: shownIndices(rowCount), columns: shownIndices(columnCount) };
  const isWhole = tensor.size <= readWhole;
  const parts = tf.tidy(() => (isWhole ? [tensor.clone()] : [corners(tensor, axes), ...totals(tensor)]));
  const finish = ([first, ...rest]: ArrayLike<unknown>[]): Glance => {
    tf.dispose(parts);
    const width = isWhole ? columnCount : axes.columns.length;
    const at = (row: number, column: number): unknown => entry(first, row * width + column, tensor.dtype);
    const placed = isWhole ? axes : { rows: [...axes.rows.keys()], columns: [...axes.columns.keys()] };
    const values = placed.rows.map((row) => placed.columns.map((column) => at(row, column)));
    return {
      matrix: marked(values, shownOf(rowCount), shownOf(columnCount)),
      summary: isWhole ? summarize(first, tensor) : totalsNamed(rest, tensor),
    };
  };
  if (readsAtOnce) return finish(parts.map((part) => part.dataSync()));
  return Promise.all(parts.map((part) => part.data())).then(finish);
}

/** Whether the backend in use has synchronous reads: WebGPU in a browser has none. */
export const canReadAtOnce = (): boolean => tf.getBackend() !== "webgpu" || typeof process === "object";

const shownIndices = (size: number): number[] => shownOf(size).filter((index): index is number => index !== "…");

/** A complex number takes two entries; a boolean is read as a byte. */
function entry(data: ArrayLike<unknown>, index: number, dtype: tf.DataType): unknown {
  if (dtype === "complex64") {
    const [real, imaginary] = [Number(data[2 * index]), Number(data[2 * index + 1])];
    return `${Number(real.toPrecision(4))}${imaginary < 0 ? "−" : "+"}${Math.abs(Number(imaginary.toPrecision(4)))}i`;
  }
  return dtype === "bool" ? Boolean(data[index]) : data[index];
}

/** Puts "…" between the ends again. */
function marked(values: unknown[][], rows: (number | "…")[], columns: (number | "…")[]): Matrix {
  const widen = <T>(entries: T[], along: (number | "…")[], gap: T): T[] => {
    const place = along.indexOf("…");
    return place < 0 ? entries : [...entries.slice(0, place), gap, ...entries.slice(place)];
  };
  const wide = values.map((row) => widen(row, columns, "…"));
  return {
    rows,
    columns,
    values: widen(
      wide,
      rows,
      columns.map(() => "…"),
    ),
  };
}

/** The shown entries of the first matrix, cut out on the backend. */
function corners(tensor: tf.Tensor, { rows, columns }: { rows: number[]; columns: number[] }): tf.Tensor {
  const rank = Math.max(tensor.rank, 2);
  const full = tf.reshape(tensor, [1, 1, ...tensor.shape].slice(-rank));
  const leading = Array.from({ length: rank - 2 }, () => 0);
  const cut = ([row, height]: Run, [column, width]: Run) =>
    tf.reshape(tf.slice(full, [...leading, row, column], [...leading.map(() => 1), height, width]), [height, width]);
  const bands = runs(rows).map((row) =>
    tf.concat(
      runs(columns).map((column) => cut(row, column)),
      1,
    ),
  );
  return tf.concat(bands, 0);
}

type Run = [start: number, length: number];

/** Neighbouring indices together: at most two runs, for both ends of an axis. */
function runs(indices: readonly number[]): Run[] {
  const found: Run[] = [];
  for (const index of indices) {
    const last = found[found.length - 1];
    if (last && last[0] + last[1] === index) last[1]++;
    else found.push([index, 1]);
  }
  return found;
}

/** Smallest, mean and largest of the finite values; how many are NaN, and how many infinite. Five numbers, no more. */
function totals(tensor: tf.Tensor): tf.Tensor[] {
  if (tensor.dtype === "string" || tensor.dtype === "complex64") return [];
  const x = tf.cast(tensor, "float32");
  const finite = tf.isFinite(x);
  const count = tf.sum(tf.cast(finite, "float32"));
  const among = (otherwise: number): tf.Tensor => tf.where(finite, x, tf.fill(x.shape, otherwise));
  const mean = tf.div(tf.sum(among(0)), count);
  const share = (those: tf.Tensor): tf.Tensor => tf.sum(tf.cast(those, "float32"));
  return [tf.stack([tf.min(among(Infinity)), mean, tf.max(among(-Infinity)), share(tf.isNaN(x)), share(tf.isInf(x))])];
}

const totalsNamed = ([numbers]: ArrayLike<unknown>[], { dtype, size }: tf.Tensor): [string, number][] =>
  numbers ? named(Array.from(numbers as ArrayLike<number>), dtype, size) : [];

/** The same five numbers in float64, where all values are at hand. */
function summarize(data: ArrayLike<unknown>, { dtype, size }: tf.Tensor): [string, number][] {
  if (dtype === "string" || dtype === "complex64" || size < 2) return [];
  const values = Array.from(data as ArrayLike<number>);
  const finite = values.filter(Number.isFinite);
  const mean = finite.reduce((sum, value) => sum + value, 0) / finite.length;
  const nan = values.filter(Number.isNaN).length;
  const infinite = size - finite.length - nan;
  return named([Math.min(...finite), mean, Math.max(...finite), nan, infinite], dtype, size);
}

function named([least, mean, most, nan, infinite]: number[], dtype: tf.DataType, size: number) {
  if (dtype === "bool")
    return [["true", Math.round(mean * size)] as [string, number], ["of", size] as [string, number]];
  const odd: [string, number][] = [
    ["NaN", nan],
    ["infinite", infinite],
  ];
  const some: [string, number][] =
    nan + infinite < size
      ? [
          ["min", least],
          ["mean", mean],
          ["max", most],
        ]
      : [];
  return [...some, ...odd.filter(([, count]) => count > 0)];
}
