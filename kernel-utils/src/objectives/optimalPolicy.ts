import { CourseError } from "../errors";
import { checkRange } from "./checks";
import { checkedProbabilities, klOfLogProbs, logSumExp, total } from "./probabilities";

/**
 * The policy that maximises E_π[r] − β KL(π‖π_ref), in closed form:
 *
 *   π*(y) = π_ref(y) e^{r(y)/β} / Z        Z = Σ π_ref(y) e^{r(y)/β}        E_π*[r] − β KL = β log Z
 *
 * Rafailov et al. 2023, arXiv:2305.18290, eq. 4; Peters and Schaal 2007 before. Everything in log space, so r/β of
 * ±10 000 is no problem but for Z itself; `logZ` stands beside it.
 */
export interface OptimalPolicyOptions {
  /** β > 0, in units of the reward per nat. */
  beta: number;
}

export interface OptimalPolicyInputs {
  /** π_ref of every reply to one prompt, [Y]; sums to 1. */
  referenceProbs: readonly number[];
  /** r of every reply, [Y]. */
  rewards: readonly number[];
}

export interface OptimalPolicy {
  /** π* [Y]. */
  policy: number[];
  Z: number;
  logZ: number;
  /** KL(π*‖π_ref), nats. */
  kl: number;
  /** E_π*[r]. */
  expectedReward: number;
  /** E_π*[r] − β KL. */
  objective: number;
  /** β log π* / π_ref [Y]: the reward that DPO reads off a policy; r − β log Z, so differences are those of r. */
  impliedRewards: number[];
}

export function optimalPolicy(
  { referenceProbs, rewards }: OptimalPolicyInputs,
  { beta }: OptimalPolicyOptions,
): OptimalPolicy {
  checkRange("optimal-policy", { beta }, "> 0", beta > 0 && Number.isFinite(beta));
  if (rewards.length !== referenceProbs.length) {
    throw new CourseError(
      "bad-shape",
      `optimal-policy: ${rewards.length} rewards for ${referenceProbs.length} referenceProbs; give one of each a reply`,
    );
  }
  const reference = checkedProbabilities("optimal-policy", "referenceProbs", referenceProbs).map(Math.log);
  const unnormalised = reference.map((logp, y) => logp + rewards[y] / beta);
  const logZ = logSumExp(unnormalised);
  const logPolicy = unnormalised.map((logp) => logp - logZ);
  const policy = logPolicy.map(Math.exp);
  const kl = klOfLogProbs(logPolicy, reference);
  const expectedReward = total(policy.map((p, y) => p * rewards[y]));
  return {
    policy,
    Z: Math.exp(logZ),
    logZ,
    kl,
    expectedReward,
    objective: expectedReward - beta * kl,
    // Where π_ref is 0 so is π*, and the ratio is its limit.
    impliedRewards: rewards.map((r, y) =>
      reference[y] === -Infinity ? r - beta * logZ : beta * (logPolicy[y] - reference[y]),
    ),
  };
}
