import type * as tf from "@tensorflow/tfjs";
import { type Arithmetic, absolute } from "./arithmetic/arithmetic";
import { tensorArithmetic } from "./arithmetic/tensors";
import { checkChoice, checkRange, checkSameShape } from "./checks";
import type { ObjectiveResult } from "./result";

/**
 * Estimates of KL(π‖π_ref) from the log-probs of tokens that π sampled. With d = log π − log π_ref:
 *
 *   k1   d                 unbiased, of either sign: a negative average is noise, or tokens that π did not sample
 *   k2   d²/2              biased, never negative; its gradient is that of the KL
 *   k3   e^−d − 1 + d      unbiased, never negative; by expm1, or a d of 1e-4 rounds to noise in float32
 *   abs  |d|               not a KL: an upper bound of |k1| that punishes both directions
 *
 * Schulman, "Approximating KL Divergence", 2020. The direction matters: e^d − 1 − d estimates something else.
 * Unbiased is the *value*: as a loss, the gradient of k1 is 0 on average and that of k3 is not the KL's (arXiv:2506.09477);
 * put the KL into the reward to follow its gradient.
 * Elsewhere: TRL PPO k1 or k3, TRL GRPO k3, OpenRLHF k1, NeMo-Aligner abs, NeMo RL k3 with both clamps (20 and 10).
 */
export const klEstimators = ["k1", "k2", "k3", "abs"] as const;
export type KlEstimator = (typeof klEstimators)[number];

export interface KlOptions {
  /** Default `k1`. */
  estimator?: KlEstimator;
  /** d is held in [−inputClamp, inputClamp], in nats, > 0. Default 20 for k3 (it takes e^−d), none for the others. */
  inputClamp?: number;
  /** The estimate is held in [−outputClamp, outputClamp], > 0. Default none. */
  outputClamp?: number;
}

/** Log-probs of the same sampled tokens, nats; [B,T], or [B] where each entry is a whole sequence. */
export interface KlInputs<A> {
  logps: A;
  referenceLogps: A;
}

export interface KlResult<A, Loss = A> extends ObjectiveResult<A, Loss> {
  /** The estimate of each entry, in nats; the inputs' shape. */
  perToken: A;
}

const estimates: Record<KlEstimator, <A>(m: Arithmetic<A>, d: A) => A> = {
  k1: (_, d) => d,
  k2: (m, d) => m.mul(m.square(d), 0.5),
  k3: (m, d) => m.add(m.expm1(m.neg(d)), d),
  abs: (m, d) => absolute(m, d),
};

/** The estimate of each entry from its log-ratio d; what `ppo-rewards` and `grpo` use too. */
export function klOfLogRatio<A>(m: Arithmetic<A>, logRatio: A, options: KlOptions = {}): A {
  const { estimator = "k1", outputClamp = Infinity } = options;
  checkChoice("kl", { estimator }, klEstimators);
  const { inputClamp = estimator === "k3" ? 20 : Infinity } = options;
  checkRange("kl", { inputClamp }, "> 0", inputClamp > 0);
  checkRange("kl", { outputClamp }, "> 0", outputClamp > 0);
  const estimate = estimates[estimator](m, hold(m, logRatio, inputClamp));
  return hold(m, estimate, outputClamp);
}

const hold = <A>(m: Arithmetic<A>, a: A, limit: number): A => (limit === Infinity ? a : m.clamp(a, -limit, limit));

/** The formula on any kind of array; see {@link kl} for shapes. */
export function klWith<A>(m: Arithmetic<A>, { logps, referenceLogps }: KlInputs<A>, options: KlOptions = {}) {
  checkSameShape("kl", { logps, referenceLogps }, m.shapeOf, "[B,T], one entry per sampled token, or [B]");
  const perToken = klOfLogRatio(m, m.sub(logps, referenceLogps), options);
  const loss = m.mean(perToken);
  const perExample = m.shapeOf(perToken).length < 2 ? perToken : m.sumLast(perToken);
  return { loss, perExample, perToken, metrics: { kl: m.detach(loss) } } satisfies KlResult<A>;
}

/**
 * @param inputs log-probs of tokens that the policy sampled; both [B,T] or both [B], nats
 * @returns loss [] the mean over all entries; perToken like the inputs; perExample [B] sums over tokens; metrics.kl
 */
export const kl = (inputs: KlInputs<tf.Tensor>, options: KlOptions = {}) =>
  klWith(tensorArithmetic, inputs, options) as KlResult<tf.Tensor, tf.Scalar>;
