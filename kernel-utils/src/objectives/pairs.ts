import type { Arithmetic } from "./arithmetic/arithmetic";
import { checkRank, checkSameShape } from "./checks";

/** Log-probs summed over completion tokens, EOS included, in nats; each [B]. */
export interface PairLogps<A> {
  policyChosenLogps: A;
  policyRejectedLogps: A;
  referenceChosenLogps: A;
  referenceRejectedLogps: A;
}

/** Completion tokens, EOS included; each [B]. Needed only where a formula divides by them or subtracts them. */
export interface PairLengths<A> {
  chosenLengths?: A;
  rejectedLengths?: A;
}

/** Refuses anything but arrays [B] of one length; absent optional ones are skipped. */
export function checkVectors<A>(
  objective: string,
  m: Arithmetic<A>,
  arrays: object,
  expected = "[B], one sum per example",
): void {
  const given = Object.entries(arrays).filter((entry): entry is [string, A] => entry[1] !== undefined);
  const [[name, first]] = given;
  checkRank(objective, name, m.shapeOf(first), ["B"]);
  checkSameShape(objective, Object.fromEntries(given), m.shapeOf, expected);
}

/** Scalars about two kinds of reply, from the reward of each; accuracy counts strict wins, so a tie is wrong. */
export function rewardMetrics<A>(m: Arithmetic<A>, chosenRewards: A, rejectedRewards: A): Record<string, A> {
  const chosen = m.detach(chosenRewards);
  const rejected = m.detach(rejectedRewards);
  return {
    "rewards/chosen": m.mean(chosen),
    "rewards/rejected": m.mean(rejected),
    "rewards/margins": m.mean(m.sub(chosen, rejected)),
    "rewards/accuracies": m.mean(m.greater(chosen, rejected)),
  };
}

/** {@link rewardMetrics} beside the mean of the policy's log-probs, which are sums over each reply. */
export function pairMetrics<A>(
  m: Arithmetic<A>,
  logps: { chosen: A; rejected: A },
  rewards: { chosen: A; rejected: A },
): Record<string, A> {
  return {
    ...rewardMetrics(m, rewards.chosen, rewards.rejected),
    "logps/chosen": m.detach(m.mean(logps.chosen)),
    "logps/rejected": m.detach(m.mean(logps.rejected)),
  };
}
