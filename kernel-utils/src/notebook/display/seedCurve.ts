import { CourseError } from "../../errors";
import { type CurveOptions, curve, type Trace } from "./traces";

export interface SeedCurveOptions extends Omit<CurveOptions, "band"> {
  /** What the band spans: from the lowest seed to the highest, or one standard deviation to each side. Default `range`. */
  interval?: "range" | "deviation";
}

/**
 * The mean over seeds as a curve, with how far the seeds are apart as its band.
 * @param runs one list of values a seed, each as long as `x`
 */
export function seedCurve(
  x: ArrayLike<number>,
  runs: readonly ArrayLike<number>[],
  options: SeedCurveOptions,
): Trace[] {
  const { interval = "range", ...style } = options;
  const wrong = runs.findIndex((run) => run.length !== x.length);
  if (runs.length === 0 || wrong >= 0) {
    const seen =
      runs.length === 0 ? "no runs" : `run ${wrong} with ${runs[wrong].length} values for ${x.length} places`;
    throw new CourseError("bad-shape", `seedCurve: "${style.name}" has ${seen}; pass one list a seed, as long as x`);
  }
  const summaries = Array.from(x, (_, place) =>
    summary(
      runs.map((run) => run[place]),
      interval,
    ),
  );
  const column = (part: keyof (typeof summaries)[0]) => summaries.map((entry) => entry[part]);
  return curve(x, column("mean"), { ...style, band: [column("low"), column("high")] });
}

function summary(values: readonly number[], interval: "range" | "deviation") {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  if (interval === "range") return { mean, low: Math.min(...values), high: Math.max(...values) };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const deviation = values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : 0;
  return { mean, low: mean - deviation, high: mean + deviation };
}
