import { bestOfNCurve, expectedReward, frontierReward, rewardKlFrontier } from "../../kernel-utils/src/exact";
import { makeWorld } from "./worlds";

const { referenceLogps, rewards } = makeWorld(5, 4);
const betas = Array.from({ length: 41 }, (_, i) => 10 ** (1 - i / 10)); // 10 down to 0.001

describe("the reward–KL frontier", () => {
  const frontier = rewardKlFrontier(referenceLogps, rewards, betas);

  it("rises from the reference's reward to the best reply's as β falls", () => {
    const mean = expectedReward(referenceLogps, rewards);
    const variance = expectedReward(
      referenceLogps,
      rewards.map((reward) => (reward - mean) ** 2),
    );
    expect((frontier[0].reward - mean) / (variance / 10)).toBeCloseTo(1, 1); // Var(r)/β for a large β
    expect(frontier[40].reward).toBeCloseTo(Math.max(...rewards), 4);
    for (let i = 1; i < frontier.length; i++) {
      expect(frontier[i].kl).toBeGreaterThanOrEqual(frontier[i - 1].kl);
      expect(frontier[i].reward).toBeGreaterThanOrEqual(frontier[i - 1].reward);
    }
  });

  it("has slope β: a nat more buys β more reward", () => {
    const [before, after] = rewardKlFrontier(referenceLogps, rewards, [0.5001, 0.4999]);
    expect((after.reward - before.reward) / (after.kl - before.kl)).toBeCloseTo(0.5, 6);
  });

  it("lies above best-of-n at the same KL, which stays below its bound", () => {
    const curve = bestOfNCurve(referenceLogps, rewards, [1, 2, 4, 16, 64]);
    expect(curve[0].kl).toBeCloseTo(0, 12);
    for (const { kl, klBound, reward } of curve.slice(1)) {
      expect(kl).toBeLessThanOrEqual(klBound);
      const gap = frontierReward(referenceLogps, rewards, kl) - reward;
      expect(gap).toBeGreaterThan(0);
      expect(gap).toBeLessThan(0.1); // and is near it: best-of-n is nearly optimal for its KL
    }
  });
});
