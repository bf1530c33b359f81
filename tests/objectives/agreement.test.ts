import { type AgreementMeasure, agreement, type Rating } from "../../kernel-utils/src/objectives";

const items = (...annotators: string[]): Rating[][] =>
  [...annotators[0].replaceAll(" ", "")].map((_, item) =>
    annotators.map((row) => {
      const rating = row.replaceAll(" ", "")[item];
      return rating === "." ? null : rating;
    }),
  );
const valueFor = (ratings: Rating[][], measure: AgreementMeasure) => agreement(ratings, { measure }).value;

describe("agreement", () => {
  // Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability", examples A, B and C: 0.095, 0.692, 0.743
  it.each([
    { example: "A", ratings: items("0 1 0 0 0 0 0 0 1 0", "1 1 1 0 0 1 0 0 0 0"), alpha: 0.095 },
    { example: "B", ratings: items("a a b b d c c c e d d a", "b a b b b c c c e d d d"), alpha: 0.692 },
    {
      example: "C, with missing values",
      ratings: items(
        "1 2 3 3 2 1 4 1 2 . . .",
        "1 2 3 3 2 2 4 1 2 5 . 3",
        ". 3 3 3 2 3 4 2 2 5 1 .",
        "1 2 3 3 2 4 4 1 2 5 1 .",
      ),
      alpha: 0.743,
    },
  ])("Krippendorff's example $example: α = $alpha", ({ ratings, alpha }) =>
    expect(valueFor(ratings, "krippendorff")).toBeCloseTo(alpha, 3),
  );

  it("is Fleiss' κ 0.210 on the standard example of 14 raters, with observed 0.378 and expected 0.213", () => {
    const counts = [
      [0, 0, 0, 0, 14],
      [0, 2, 6, 4, 2],
      [0, 0, 3, 5, 6],
      [0, 3, 9, 2, 0],
      [2, 2, 8, 1, 1],
      [7, 7, 0, 0, 0],
      [3, 2, 6, 3, 0],
      [2, 5, 3, 2, 2],
      [6, 5, 2, 1, 0],
      [0, 2, 2, 3, 7],
    ];
    const ratings = counts.map((item) => item.flatMap((count, category) => Array<number>(count).fill(category)));
    const { value, observed, expected } = agreement(ratings, { measure: "fleiss" });
    expect([value, observed, expected].map((x) => Number(x.toFixed(3)))).toEqual([0.21, 0.378, 0.213]);
  });

  // 50 items: both yes 20, only the first 5, only the second 10, both no 15
  const fifty = items(
    "y".repeat(25) + "n".repeat(25),
    `${"y".repeat(20)}${"n".repeat(5)}${"y".repeat(10)}${"n".repeat(15)}`,
  );
  it("is Cohen's κ 0.4 for 20, 5, 10, 15: observed 0.7, expected ½·0.6 + ½·0.4", () => {
    expect(agreement(fifty, { measure: "cohen" })).toEqual({
      value: expect.closeTo(0.4, 12),
      observed: expect.closeTo(0.7, 12),
      expected: expect.closeTo(0.5, 12),
    });
  });

  it("percent says what chance would say too", () => {
    expect(agreement(fifty, { measure: "percent" })).toMatchObject({ value: expect.closeTo(0.7, 12), expected: 0 });
    expect(
      valueFor(
        [
          [1, 1, 2],
          [null, 3, 3],
          [1, null, null],
        ],
        "percent",
      ),
    ).toBeCloseTo((1 / 3 + 1) / 2, 12);
  });

  it("is 1 where all agree on two categories, and below 0 where they never do", () => {
    const measures = ["percent", "cohen", "fleiss", "krippendorff"] as const;
    expect(measures.map((measure) => valueFor(items("1122", "1122"), measure))).toEqual([1, 1, 1, 1]);
    expect(valueFor(items("1122", "2211"), "cohen")).toBe(-1);
    expect(valueFor(items("1122", "2211"), "krippendorff")).toBeCloseTo(1 - 1 / (4 / 7), 12); // D_e = 2·4·4/(8·7)
  });

  it("refuses what is undefined: one category only, no pair, gaps for κ, a third annotator for Cohen", () => {
    expect(() =>
      valueFor(
        [
          [3, 3],
          [3, 3],
        ],
        "krippendorff",
      ),
    ).toThrow(/every rating is 3, so chance agrees always.*report percent/);
    expect(() => valueFor([[1, null]], "percent")).toThrow(/no item has two ratings/);
    expect(() =>
      valueFor(
        [
          [1, 1],
          [1, null],
        ],
        "fleiss",
      ),
    ).toThrow(/ratings\[1\] has 1 of 2 ratings; fleiss.*use krippendorff/);
    expect(() => valueFor([[1, 1, 2]], "cohen")).toThrow(/ratings\[0\] has 3 of 3 ratings; cohen takes exactly 2/);
    expect(() => valueFor([[1, 1]], "kappa" as "cohen")).toThrow(/choose one of percent, cohen, fleiss, krippendorff/);
  });
});
