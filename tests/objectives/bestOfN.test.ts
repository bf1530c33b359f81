import { bestOfN, expectedMax } from "../../kernel-utils/src/objectives";

describe("best-of-n", () => {
  it("of 2 over (¼, ½, ¼) is F² by differences: 1/16, 8/16, 7/16", () => {
    const { policy, kl, klBound, winRateBound } = bestOfN({ referenceProbs: [0.25, 0.5, 0.25] }, { n: 2 });
    policy.forEach((p, y) => expect(p).toBeCloseTo([1 / 16, 8 / 16, 7 / 16][y], 15));
    expect(kl).toBeCloseTo((1 / 16) * Math.log(1 / 4) + (7 / 16) * Math.log(7 / 4), 14); // 0.158
    expect(klBound).toBeCloseTo(Math.log(2) - 0.5, 14); // 0.193
    expect(winRateBound).toBeCloseTo(2 / 3, 15);
  });

  it("with n = 1 is the reference, KL 0 and bound 0", () => {
    const { policy, kl, klBound } = bestOfN({ referenceProbs: [0.1, 0.9] }, { n: 1 });
    policy.forEach((p, y) => expect(p).toBeCloseTo([0.1, 0.9][y], 15));
    expect(kl).toBeCloseTo(0, 14);
    expect(klBound).toBe(0);
  });

  it("comes near the bound where no reply has much mass", () => {
    const many = bestOfN({ referenceProbs: Array<number>(20_000).fill(1 / 20_000) }, { n: 4 });
    expect(many.klBound - many.kl).toBeGreaterThan(0);
    expect(many.klBound - many.kl).toBeLessThan(2e-4);
  });

  it("treats equal rewards as one rank, within which the reference decides", () => {
    const { policy } = bestOfN({ referenceProbs: [0.5, 0.2, 0.3], rewards: [1, 0, 1] }, { n: 2 });
    // rank 0 has 0.2: 0.04; rank 1 the rest, 5 : 3
    expect(policy).toEqual([expect.closeTo(0.6, 14), expect.closeTo(0.04, 14), expect.closeTo(0.36, 14)]);
  });

  it("keeps its digits for a reply of probability 1e-18 on top, n times as likely", () => {
    const { policy } = bestOfN({ referenceProbs: [1, 1e-18] }, { n: 3 });
    expect(policy[1] / 1e-18).toBeCloseTo(3, 12); // F³ − (F − p)³ in one piece is 0
  });
});

describe("the expected best of n from samples", () => {
  it("is the mean maximum over all subsets", () => {
    // pairs of 1, 2, 4: maxima 2, 4, 4
    expect(expectedMax([4, 1, 2], { n: 2 })).toBeCloseTo(10 / 3, 14);
    expect(expectedMax([4, 1, 2], { n: 1 })).toBeCloseTo(7 / 3, 14);
    expect(expectedMax([4, 1, 2], { n: 3 })).toBe(4);
    expect(expectedMax([3], { n: 1 })).toBe(3);
  });

  it("is exact for 2 of 2 000, where the binomials overflow nothing", () => {
    const ranks = Array.from({ length: 2000 }, (_, i) => i + 1);
    expect(expectedMax(ranks, { n: 2 })).toBeCloseTo((2 * 2001) / 3, 8); // n (N + 1) / (n + 1)
    expect(expectedMax(ranks, { n: 1000 })).toBeCloseTo((1000 * 2001) / 1001, 8);
  });

  it("refuses more draws than samples, and half a draw", () => {
    expect(() => expectedMax([1], { n: 2 })).toThrow(/n is 2 but there are 1 rewards/);
    expect(() => bestOfN({ referenceProbs: [1] }, { n: 1.5 })).toThrow(/n is 1.5; it must be a whole number ≥ 1/);
  });
});
