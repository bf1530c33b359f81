/** Means and how far to trust them. Float64, no tensors. */
import { CourseError } from "../errors";
import { Random } from "../tensor/random";

/** Lower and upper end. */
export type Interval = readonly [number, number];

const checkValues = (where: string, values: readonly number[], atLeast: number): void => {
  if (values.length < atLeast) {
    throw new CourseError("bad-value", `${where}: ${values.length} values; give at least ${atLeast}`);
  }
  const index = values.findIndex((value) => !Number.isFinite(value));
  if (index >= 0) throw new CourseError("bad-value", `${where}: value ${index} is ${values[index]}; drop it first`);
};

/** The arithmetic mean. */
export function mean(values: readonly number[]): number {
  checkValues("mean", values, 1);
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** s = √(Σ (x − x̄)² / (n − 1)), the sample standard deviation. */
export function standardDeviation(values: readonly number[]): number {
  checkValues("standardDeviation", values, 2);
  const center = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - center) ** 2, 0) / (values.length - 1));
}

/** s / √n: the standard deviation of the mean of n independent values. */
export const standardError = (values: readonly number[]): number =>
  standardDeviation(values) / Math.sqrt(values.length);

export interface BootstrapOptions {
  /** Same seed, same interval. Default 0. */
  seed?: number | string;
  /** Share of the resampled means inside, 0 to 1. Default 0.95. */
  level?: number;
  /** Default 1000. */
  resamples?: number;
}

/**
 * Percentile bootstrap interval of the mean: resample n values with replacement, take the middle `level` of the means.
 * Efron and Tibshirani 1993, An Introduction to the Bootstrap, ch. 13.
 */
export function bootstrapInterval(
  values: readonly number[],
  { seed = 0, level = 0.95, resamples = 1000 }: BootstrapOptions = {},
): Interval {
  checkValues("bootstrapInterval", values, 1);
  if (!(level > 0 && level < 1)) {
    throw new CourseError("bad-value", `bootstrapInterval: level is ${level}; it must lie between 0 and 1`);
  }
  const random = new Random(seed);
  const means = Float64Array.from({ length: resamples }, () => {
    let sum = 0;
    for (let i = 0; i < values.length; i++) sum += values[random.integer(values.length)];
    return sum / values.length;
  }).sort();
  return [quantile(means, (1 - level) / 2), quantile(means, (1 + level) / 2)];
}

/** Linear interpolation between the order statistics of sorted values. */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  const position = share * (sorted.length - 1);
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
}
