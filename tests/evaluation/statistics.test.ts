/** Statistics against hand calculations, and the bootstrap interval against a distribution whose mean is known. */
import { bootstrapInterval, CourseError, mean, quantile, Random, standardDeviation, standardError } from "kernel-utils";

describe("mean, deviation and error", () => {
  it("of 2, 4, 4, 4, 5, 5, 7, 9: mean 5, squares sum to 32, s = √(32/7), error s/√8 = √(4/7)", () => {
    const values = [2, 4, 4, 4, 5, 5, 7, 9];
    expect(mean(values)).toBe(5);
    expect(standardDeviation(values)).toBeCloseTo(Math.sqrt(32 / 7), 14);
    expect(standardError(values)).toBeCloseTo(Math.sqrt(4 / 7), 14);
  });

  it("of equal values: no deviation", () => {
    expect(standardError([3, 3, 3])).toBe(0);
    expect(bootstrapInterval([3, 3, 3])).toEqual([3, 3]);
  });

  it.each([
    ["no value", () => mean([]), /mean: 0 values; give at least 1/],
    ["one value where two are needed", () => standardDeviation([1]), /standardDeviation: 1 values; give at least 2/],
    ["NaN", () => mean([1, Number.NaN]), /mean: value 1 is NaN/],
    ["infinity", () => bootstrapInterval([Number.POSITIVE_INFINITY]), /bootstrapInterval: value 0 is Infinity/],
    ["a level of 1", () => bootstrapInterval([1, 2], { level: 1 }), /level is 1; it must lie between 0 and 1/],
    ["a level of 95", () => bootstrapInterval([1, 2], { level: 95 }), /level is 95/],
    ["a level that is NaN", () => bootstrapInterval([1, 2], { level: Number.NaN }), /level is NaN/],
  ])("%s is refused", (_, call, message) => {
    expect(call).toThrow(CourseError);
    expect(call).toThrow(message);
  });
});

describe("quantile", () => {
  it.each([
    [0, 10],
    [0.25, 17.5],
    [0.5, 25],
    [0.9, 37],
    [1, 40],
  ])("%f of 10, 20, 30, 40 is %f: position 3 · share, linear in between", (share, value) =>
    expect(quantile([10, 20, 30, 40], share)).toBeCloseTo(value, 12),
  );
});

describe("bootstrapInterval", () => {
  /** An exponential variable, mean 1: skewed, as rewards are. */
  const exponential = (random: Random): number => -Math.log(1 - random.uniform());
  const random = new Random("coverage");
  const sample = (n: number): number[] => Array.from({ length: n }, () => exponential(random));

  it.each([
    [0.95, 0.93],
    [0.8, 0.78],
  ])("at level %f covers the true mean of samples of 40 about that often", (level, expected) => {
    const trials = 250;
    const covering = Array.from({ length: trials }, (_, seed) =>
      bootstrapInterval(sample(40), { seed, level, resamples: 200 }),
    ).filter(([low, high]) => low <= 1 && 1 <= high).length;
    // The percentile interval of a skewed sample covers 1 to 2 points less than its level (Efron and Tibshirani 1993,
    // ch. 14); three standard errors of a share of 250 trials.
    const slack = 3 * Math.sqrt((expected * (1 - expected)) / trials);
    expect(Math.abs(covering / trials - expected)).toBeLessThan(slack);
  });

  it("is about ± 1.96 standard errors wide for many values", () => {
    const values = sample(500);
    const [low, high] = bootstrapInterval(values);
    expect((high - low) / (2 * 1.96 * standardError(values))).toBeCloseTo(1, 1);
    expect(Math.abs((low + high) / 2 - mean(values))).toBeLessThan(0.2 * standardError(values));
  });

  it("is the same for equal seeds, another for others, and narrower for a lower level", () => {
    const values = sample(50);
    expect(bootstrapInterval(values, { seed: 1 })).toEqual(bootstrapInterval(values, { seed: 1 }));
    expect(bootstrapInterval(values, { seed: 2 })).not.toEqual(bootstrapInterval(values, { seed: 1 }));
    const [low, high] = bootstrapInterval(values, { seed: 1, level: 0.5 });
    const [lower, higher] = bootstrapInterval(values, { seed: 1, level: 0.95 });
    expect(lower).toBeLessThan(low);
    expect(high).toBeLessThan(higher);
  });
});
