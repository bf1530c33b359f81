/** Spread of repeated timings, and how a cost grows. Float64, no tensors. */
import { CourseError } from "../errors";
import { quantile } from "../evaluation";

export interface Spread {
  median: number;
  min: number;
  lowerQuartile: number;
  upperQuartile: number;
  n: number;
}

/** Median and quartiles (linear interpolation between order statistics): timings have a long upper tail that a mean follows. */
export function spreadOf(values: readonly number[]): Spread {
  checkFinite("spreadOf", values, 1);
  const sorted = Float64Array.from(values).sort();
  return {
    median: quantile(sorted, 0.5),
    min: sorted[0],
    lowerQuartile: quantile(sorted, 0.25),
    upperQuartile: quantile(sorted, 0.75),
    n: sorted.length,
  };
}

export interface Slope {
  slope: number;
  /** Ends of the 95 % interval of the slope. */
  interval: readonly [number, number];
  n: number;
}

/** 97.5 % quantiles of Student's t for 1 to 10 degrees of freedom; any table of the distribution has them. */
const studentQuantiles = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228];

/**
 * Least-squares slope of ln y against ln x: the exponent p of y = c xᵖ, with the usual interval
 * p ± t s / √Σ(x − x̄)², s² = Σ residual² / (n − 2).
 */
export function logLogSlope(x: readonly number[], y: readonly number[]): Slope {
  const n = x.length;
  if (y.length !== n) throw new CourseError("bad-shape", `logLogSlope: ${n} x and ${y.length} y; they must pair up`);
  const [lnX, lnY] = [x, y].map((values) => values.map((value) => Math.log(value)));
  checkFinite("logLogSlope", [...lnX, ...lnY], 6);
  if (n - 2 > studentQuantiles.length) {
    throw new CourseError("bad-value", `logLogSlope: ${n} points; give 3 to ${studentQuantiles.length + 2}`);
  }
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / n;
  const [meanX, meanY] = [mean(lnX), mean(lnY)];
  const squares = lnX.reduce((sum, value) => sum + (value - meanX) ** 2, 0);
  if (squares === 0)
    throw new CourseError("bad-value", `logLogSlope: every x is ${x[0]}; a slope needs different ones`);
  const slope = lnX.reduce((sum, value, i) => sum + (value - meanX) * (lnY[i] - meanY), 0) / squares;
  const residual = lnX.reduce((sum, value, i) => sum + (lnY[i] - meanY - slope * (value - meanX)) ** 2, 0);
  const half = studentQuantiles[n - 3] * Math.sqrt(residual / (n - 2) / squares);
  return { slope, interval: [slope - half, slope + half], n };
}

function checkFinite(where: string, values: readonly number[], atLeast: number): void {
  if (values.length < atLeast) {
    throw new CourseError("bad-value", `${where}: ${values.length} numbers; give at least ${atLeast}`);
  }
  const index = values.findIndex((value) => !Number.isFinite(value));
  if (index >= 0) throw new CourseError("bad-value", `${where}: number ${index} is ${values[index]}; drop it first`);
}
