import { bestOfN } from "../objectives/bestOfN";
import { optimalPolicy } from "../objectives/optimalPolicy";
import { expectedReward } from "./measures";

/** One policy in the plane that over-optimisation is drawn in. */
export interface FrontierPoint {
  /** KL(π‖π_ref), nats. */
  kl: number;
  /** E_π[r]. */
  reward: number;
}

/**
 * The most reward that any policy can have at its KL: π* at every β given. Concave and rising, with slope β: no method
 * gets above it, however it trains (Gao et al. 2022, arXiv:2210.10760, draw measured curves in this plane).
 */
export function rewardKlFrontier(
  referenceLogps: readonly number[],
  rewards: readonly number[],
  betas: readonly number[],
): (FrontierPoint & { beta: number })[] {
  const referenceProbs = referenceLogps.map(Math.exp);
  return betas.map((beta) => {
    const { kl, expectedReward: reward } = optimalPolicy({ referenceProbs, rewards }, { beta });
    return { beta, kl, reward };
  });
}

/** Best-of-n in the same plane, exact, beside the bound that is often quoted as its KL. */
export function bestOfNCurve(
  referenceLogps: readonly number[],
  rewards: readonly number[],
  draws: readonly number[],
): (FrontierPoint & { n: number; klBound: number })[] {
  const referenceProbs = referenceLogps.map(Math.exp);
  return draws.map((n) => {
    const { policy, kl, klBound } = bestOfN({ referenceProbs, rewards }, { n });
    return { n, kl, reward: expectedReward(policy.map(Math.log), rewards), klBound };
  });
}

/** The most reward at exactly this KL, by bisection over β; KL between 0 and that of the best replies alone. */
export function frontierReward(referenceLogps: readonly number[], rewards: readonly number[], kl: number): number {
  let [low, high] = [1e-6, 1e6];
  for (let i = 0; i < 200; i++) {
    const middle = Math.sqrt(low * high);
    if (rewardKlFrontier(referenceLogps, rewards, [middle])[0].kl > kl) low = middle;
    else high = middle;
  }
  return rewardKlFrontier(referenceLogps, rewards, [low])[0].reward;
}
