import { logLogSlope, spreadOf } from "../../kernel-utils/src/bench/statistics";

describe("spreadOf", () => {
  it("gives median and quartiles between order statistics", () =>
    expect(spreadOf([4, 1, 3, 2])).toEqual({ median: 2.5, min: 1, lowerQuartile: 1.75, upperQuartile: 3.25, n: 4 }));

  it("does not follow one slow repetition", () => expect(spreadOf([1, 1, 1, 1, 1000]).median).toBe(1));

  it("refuses nothing, and NaN", () => {
    expect(() => spreadOf([])).toThrow(/0 numbers; give at least 1/);
    expect(() => spreadOf([1, Number.NaN])).toThrow(/number 1 is NaN/);
  });
});

describe("logLogSlope", () => {
  it("finds the exponent of a power law, with nothing in doubt", () => {
    const x = [1, 2, 4, 8];
    const { slope, interval } = logLogSlope(
      x,
      x.map((value) => 3 * value ** 1.5),
    );
    expect(slope).toBeCloseTo(1.5, 12);
    expect(interval[0]).toBeCloseTo(1.5, 6);
    expect(interval[1]).toBeCloseTo(1.5, 6);
  });

  // ln x = 0, 1, 2; ln y = 0, 1.5, 2: residuals −1/6, 1/3, −1/6, s² = 1/6, Σ(x − x̄)² = 2, t(1) = 12.706.
  it("widens with the scatter as Student's t says", () => {
    const { slope, interval, n } = logLogSlope([1, Math.E, Math.E ** 2], [1, Math.E ** 1.5, Math.E ** 2]);
    expect(slope).toBeCloseTo(1, 12);
    expect(interval[1] - slope).toBeCloseTo(12.706 * Math.sqrt(1 / 12), 10);
    expect(slope - interval[0]).toBeCloseTo(12.706 * Math.sqrt(1 / 12), 10);
    expect(n).toBe(3);
  });

  it.each([
    [[1, 2, 3], [1, 2], /3 x and 2 y/],
    [[1, 2], [1, 2], /give at least 6/],
    [[1, 2, 0], [1, 2, 3], /number 2 is -Infinity/],
    [[2, 2, 2], [1, 2, 3], /every x is 2/],
  ])("refuses %j against %j", (x, y, message) => expect(() => logLogSlope(x, y)).toThrow(message));
});
