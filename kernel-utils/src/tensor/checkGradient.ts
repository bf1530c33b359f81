import * as tf from "@tensorflow/tfjs";
import { CourseError } from "../errors";
import { Random } from "./random";

/** One entry of one input, with its derivative from the tape and from differences. */
export interface GradientEntry {
  input: number;
  index: number;
  analytic: number;
  numeric: number;
  /** |analytic − numeric| over the larger of the two, or over the gradient's typical size where both are tiny. */
  relative: number;
}

export interface GradientReport {
  ok: boolean;
  checked: number;
  worst: GradientEntry;
  toString(): string;
}

export interface GradientCheckOptions {
  /** Step h of the central difference, default 1e-2: float32 rounding makes smaller steps worse, not better. */
  step?: number;
  /** Largest relative error that passes, default 1e-2. */
  tolerance?: number;
  /** Entries tried per input, all of them where it has no more. Default 24. */
  samples?: number;
  /** Chooses the entries where there are more than `samples`. */
  seed?: number;
}

/** f as the input's entry `index` is moved by `delta`. */
function valueAt(f: (...xs: tf.Tensor[]) => tf.Scalar, inputs: tf.Tensor[], entry: [number, number], delta: number) {
  return tf.tidy(() => {
    const [input, index] = entry;
    const values = inputs[input].dataSync().slice();
    values[index] += delta;
    const moved = inputs.map((x, i) => (i === input ? tf.tensor(values, x.shape, x.dtype) : x));
    return { y: f(...moved).dataSync()[0], x: values[index] };
  });
}

function central(f: (...xs: tf.Tensor[]) => tf.Scalar, inputs: tf.Tensor[], entry: [number, number], step: number) {
  const above = valueAt(f, inputs, entry, step);
  const below = valueAt(f, inputs, entry, -step);
  return (above.y - below.y) / (above.x - below.x); // the steps that float32 really took
}

function chooseEntries(size: number, samples: number, random: Random): number[] {
  const all = Array.from({ length: size }, (_, i) => i);
  return size <= samples ? all : random.shuffle(all).slice(0, samples);
}

/**
 * Compares the gradient of a scalar function with central differences (f(x+h) − f(x−h)) / 2h, entry by entry.
 *
 * @param f scalar function of the inputs
 * @param inputs float32 tensors; left as they are
 */
export function checkGradient(
  f: (...xs: tf.Tensor[]) => tf.Scalar,
  inputs: tf.Tensor[],
  { step = 1e-2, tolerance = 1e-2, samples = 24, seed = 0 }: GradientCheckOptions = {},
): GradientReport {
  const random = new Random(seed);
  const gradients = tf.tidy(() =>
    tf
      .grads(f)(inputs)
      .map((gradient) => gradient.dataSync<"float32">()),
  );
  const entries = inputs.flatMap((input, i) => {
    const typical = Math.sqrt(gradients[i].reduce((sum, g) => sum + g * g, 0) / input.size);
    return chooseEntries(input.size, samples, random).map((index): GradientEntry => {
      const analytic = gradients[i][index];
      const numeric = central(f, inputs, [i, index], step);
      const size = Math.max(Math.abs(analytic), Math.abs(numeric), typical, 1e-6);
      const relative = Math.abs(analytic - numeric) / size;
      return {
        input: i,
        index,
        analytic,
        numeric,
        relative: Number.isNaN(relative) ? Number.POSITIVE_INFINITY : relative,
      };
    });
  });
  if (entries.length === 0)
    throw new CourseError("bad-value", "checkGradient: no entries to check; pass a non-empty input");
  return report(entries, tolerance);
}

function report(entries: GradientEntry[], tolerance: number): GradientReport {
  const worst = entries.reduce((a, b) => (b.relative > a.relative ? b : a));
  const ok = worst.relative <= tolerance;
  const where = `input ${worst.input} at ${worst.index}: tape ${worst.analytic}, differences ${worst.numeric}`;
  const text = `${ok ? "gradient holds" : "gradient is wrong"}: ${entries.length} entries, worst ${where} (relative ${worst.relative.toExponential(1)}, allowed ${tolerance})`;
  return { ok, checked: entries.length, worst, toString: () => text };
}
