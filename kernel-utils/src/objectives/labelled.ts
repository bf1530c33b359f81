import { type Arithmetic, maskedMean, positive } from "./arithmetic/arithmetic";

/** Log-probs of single replies with a thumb up or down; each [B]. */
export interface LabelledLogps<A> {
  /** Sums over completion tokens, EOS included, nats. */
  policyLogps: A;
  referenceLogps: A;
  /** 1 for a desirable reply, 0 for an undesirable one. */
  desirable: A;
}

/**
 * Means over the class that the name says. A batch may lack a class: its means are then 0, its count says so, and
 * `rewards/margins`, which compares the two, is 0 as well.
 */
export function labelledMetrics<A>(
  m: Arithmetic<A>,
  { policyLogps, desirable }: LabelledLogps<A>,
  rewards: A,
): Record<string, A> {
  const undesirable = m.add(m.neg(desirable), 1);
  const ofClass = (values: A, mask: A): A => m.detach(maskedMean(m, values, mask));
  const chosen = ofClass(rewards, desirable);
  const rejected = ofClass(rewards, undesirable);
  const [chosenCount, rejectedCount] = [m.sum(desirable), m.sum(undesirable)];
  const both = m.mul(positive(m, chosenCount), positive(m, rejectedCount));
  return {
    "rewards/chosen": chosen,
    "rewards/rejected": rejected,
    "rewards/margins": m.mul(m.sub(chosen, rejected), both),
    "logps/chosen": ofClass(policyLogps, desirable),
    "logps/rejected": ofClass(policyLogps, undesirable),
    "count/chosen": chosenCount,
    "count/rejected": rejectedCount,
  };
}
