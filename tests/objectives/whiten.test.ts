import { whitenWith } from "../../kernel-utils/src/objectives/whiten";
import { m, read, table } from "./float64";

/** The root holds 1e-8 beside the variance, so exact values are right to about 1e-8. */
const expectNear = (node: ReturnType<typeof table>, wanted: number[]): void =>
  node.values.forEach((value, i) => expect(value).toBeCloseTo(wanted[i], 7));

describe("whiten", () => {
  // 1..5: mean 3, squares 10: variance 2.5 unbiased, 2 of the population
  it.each([
    { ddof: 1, last: 2 / Math.sqrt(2.5) }, // 1.2649
    { ddof: 0, last: 2 / Math.sqrt(2) }, // 1.4142, 12 % more
  ] as const)("1 to 5 with ddof $ddof ends on $last", ({ ddof, last }) => {
    expectNear(whitenWith(m, { values: table([[1, 2, 3, 4, 5]]) }, { ddof }).whitened, [
      -last,
      -last / 2,
      0,
      last / 2,
      last,
    ]);
  });

  it("counts unmasked entries of the whole batch only, and leaves 0 elsewhere, also over NaN", () => {
    const values = table([
      [1, 99, 5],
      [3, Number.NaN, Number.NaN],
    ]);
    const mask = table([
      [1, 0, 1],
      [1, 0, 0],
    ]);
    expectNear(whitenWith(m, { values, mask }).whitened, [-1, 0, 1, 0, 0, 0]); // 1, 5, 3: mean 3, variance 8/2
  });

  it("puts the mean back where shiftMean is false: the sign of a reward survives", () => {
    const { whitened } = whitenWith(m, { values: table([[1, 3, 5]]) }, { shiftMean: false });
    expectNear(whitened, [2, 3, 4]); // 3 + (−2, 0, 2) / 2
  });

  it("gives 0, not NaN, for equal values, a single value and no value", () => {
    expect(read(whitenWith(m, { values: table([[0.1, 0.1, 0.1]]) }).whitened)[0].map(Math.abs)).toEqual([
      expect.closeTo(0, 8),
      expect.closeTo(0, 8),
      expect.closeTo(0, 8),
    ]);
    expect(read(whitenWith(m, { values: table([[7]]) }).whitened)).toEqual([[0]]);
    expect(read(whitenWith(m, { values: table([[7, 8]]), mask: table([[0, 0]]) }).whitened)).toEqual([[0, 0]]);
  });

  it("refuses another ddof and another shape", () => {
    expect(() => whitenWith(m, { values: table([[1]]) }, { ddof: 2 as 1 })).toThrow(/ddof is 2; it must be 0 or 1/);
    expect(() => whitenWith(m, { values: table([[1]]), mask: table([[1, 1]]) })).toThrow(/mask has shape \[1,2\]/);
  });
});
