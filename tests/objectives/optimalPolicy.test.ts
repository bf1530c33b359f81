import { optimalPolicy } from "../../kernel-utils/src/objectives";

describe("optimal-policy", () => {
  // π_ref (½, ½), r (0, ln 3), β 1: weights ½ and 3/2, Z = 2, π* = (¼, ¾)
  const simple = optimalPolicy({ referenceProbs: [0.5, 0.5], rewards: [0, Math.log(3)] }, { beta: 1 });

  it("tilts the reference by e^{r/β}", () => {
    expect(simple.Z).toBeCloseTo(2, 14);
    expect(simple.policy).toEqual([expect.closeTo(0.25, 14), expect.closeTo(0.75, 14)]);
    const kl = 0.25 * Math.log(0.5) + 0.75 * Math.log(1.5); // 0.1308
    expect(simple.kl).toBeCloseTo(kl, 14);
    expect(simple.expectedReward).toBeCloseTo(0.75 * Math.log(3), 14);
    expect(simple.objective).toBeCloseTo(Math.log(2), 14); // β log Z
  });

  it("implies the rewards up to the constant β log Z", () => {
    expect(simple.impliedRewards).toEqual([expect.closeTo(-Math.log(2), 14), expect.closeTo(Math.log(1.5), 14)]);
  });

  it("is the reference for equal rewards, and the best reply as β goes to 0", () => {
    const inputs = { referenceProbs: [0.2, 0.3, 0.5], rewards: [5, 5, 5] };
    const flat = optimalPolicy(inputs, { beta: 0.1 });
    flat.policy.forEach((p, y) => expect(p).toBeCloseTo(inputs.referenceProbs[y], 14));
    expect(flat.kl).toBeCloseTo(0, 14);
    const greedy = optimalPolicy({ ...inputs, rewards: [1, 3, 2] }, { beta: 1e-4 });
    expect(greedy.policy[1]).toBe(1);
    expect(greedy.kl).toBeCloseTo(-Math.log(0.3), 12); // all mass on a reply of probability 0.3
    expect(greedy.objective).toBeCloseTo(3 + 1e-4 * Math.log(0.3), 12); // r/β = 30 000, Z = ∞
    expect(greedy.logZ).toBeCloseTo(30_000 + Math.log(0.3), 8);
  });

  it("gives nothing to what the reference never says", () => {
    const { policy, kl } = optimalPolicy({ referenceProbs: [0, 1], rewards: [100, 0] }, { beta: 1 });
    expect([policy, kl]).toEqual([[0, 1], 0]);
  });

  it("refuses what is no distribution, other lengths, and β that is not > 0", () => {
    const of =
      (referenceProbs: number[], beta = 1) =>
      () =>
        optimalPolicy({ referenceProbs, rewards: [0, 1] }, { beta });
    expect(of([0.5, 0.4])).toThrow(/referenceProbs sums to 0.9/);
    expect(of([1.5, -0.5])).toThrow(/referenceProbs\[0\] is 1.5; a probability is in \[0, 1\]/);
    expect(of([1])).toThrow(/2 rewards for 1 referenceProbs/);
    expect(of([0.5, 0.5], 0)).toThrow(/beta is 0; it must be > 0/);
  });
});
