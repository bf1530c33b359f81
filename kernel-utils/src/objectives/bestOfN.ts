import { CourseError } from "../errors";
import { checkRange } from "./checks";
import { checkedProbabilities, total } from "./probabilities";

/**
 * Best-of-n: draw n replies from π_ref, keep the one a reward ranks highest.
 *
 *   π_n(y) = F(y)^n − F(y−)^n        F(y): probability of a reply that ranks no higher, F(y−): strictly lower
 *   KL(π_n‖π_ref) ≤ log n − (n−1)/n          win rate against one draw ≤ n/(n+1)
 *
 * The bound on KL is often printed as its value; it is one only where no reply has much mass: Beirami et al. 2024,
 * arXiv:2401.01879, theorem 1. The win rate counts ties as losses; without ties and atoms it is n/(n+1).
 */
export interface BestOfNOptions {
  /** Draws, a whole number ≥ 1. */
  n: number;
}

export interface BestOfN {
  /** π_n [Y], in the order given. */
  policy: number[];
  /** KL(π_n‖π_ref), exact, nats. */
  kl: number;
  /** log n − (n−1)/n. */
  klBound: number;
  /** n/(n+1). */
  winRateBound: number;
}

const checkDraws = (n: number): void =>
  checkRange("best-of-n", { n }, "a whole number ≥ 1", Number.isInteger(n) && n >= 1);

/**
 * Replies of equal reward count as one rank, within which π_ref decides.
 * @param referenceProbs π_ref [Y], worst reply to best unless `rewards` ranks them
 * @param rewards what ranks the replies [Y]; equal values tie
 */
export function bestOfN(
  {
    referenceProbs,
    rewards = referenceProbs.map((_, rank) => rank),
  }: { referenceProbs: readonly number[]; rewards?: readonly number[] },
  { n }: BestOfNOptions,
): BestOfN {
  checkDraws(n);
  const reference = checkedProbabilities("best-of-n", "referenceProbs", referenceProbs);
  if (rewards.length !== reference.length) {
    throw new CourseError("bad-shape", `best-of-n: ${rewards.length} rewards for ${reference.length} referenceProbs`);
  }
  const ranks = [...new Set(rewards)].sort((a, b) => a - b);
  const massOf = new Map(ranks.map((rank) => [rank, total(reference.filter((_, y) => rewards[y] === rank))]));
  /** π_n / π_ref of every reply of a rank. */
  const ratioOf = new Map<number, number>();
  let below = 0;
  for (const rank of ranks) {
    const mass = massOf.get(rank) ?? 0;
    const upTo = below + mass;
    // F^n − (F − p)^n = F^n (1 − (1 − p/F)^n), which keeps its digits where p is small
    const chosen = mass === 0 ? 0 : upTo ** n * -Math.expm1(n * Math.log1p(-Math.min(mass / upTo, 1)));
    ratioOf.set(rank, mass === 0 ? 0 : chosen / mass);
    below = upTo;
  }
  const ratios = rewards.map((rank) => ratioOf.get(rank) ?? 0);
  const policy = reference.map((p, y) => p * ratios[y]);
  return {
    policy,
    kl: total(policy.map((p, y) => (p === 0 ? 0 : p * Math.log(ratios[y])))),
    klBound: Math.log(n) - (n - 1) / n,
    winRateBound: n / (n + 1),
  };
}

/**
 * The unbiased estimate of the expected best of n from N ≥ n rewards: the mean of the maximum over all subsets of n,
 *
 *   Σ_i C(i−1, n−1)/C(N, n) r_(i),   r_(1) ≤ … ≤ r_(N)
 *
 * as Nakano et al. 2021 (WebGPT), arXiv:2112.09332, appendix I, and pass@k do it. Taking maxima of disjoint batches wastes data.
 */
export function expectedMax(rewards: readonly number[], { n }: BestOfNOptions): number {
  checkDraws(n);
  const count = rewards.length;
  if (n > count) {
    throw new CourseError("bad-value", `best-of-n: n is ${n} but there are ${count} rewards; sample more, or lower n`);
  }
  const sorted = [...rewards].sort((a, b) => b - a);
  let weight = n / count; // of the best: C(N−1, n−1)/C(N, n)
  let expected = 0;
  for (let i = 0; i <= count - n; i++) {
    expected += weight * sorted[i];
    weight *= (count - n - i) / (count - 1 - i); // from C(k, n−1) to C(k−1, n−1) with k = N − 1 − i
  }
  return expected;
}
