import type * as tf from "@tensorflow/tfjs";
import { type Arithmetic, logSigmoid } from "./arithmetic/arithmetic";
import { tensorArithmetic } from "./arithmetic/tensors";
import { checkChoice, checkRange, checkRank, checkSameShape } from "./checks";
import type { ObjectiveResult } from "./result";

/**
 * Direct Preference Optimization: fit preferences through the policy's own implicit reward.
 *
 *   h = log π(y_w|x)/π_ref(y_w|x) − log π(y_l|x)/π_ref(y_l|x)
 *   L = −(1 − ε) log σ(βh) − ε log σ(−βh)
 *
 * ε = 0: Rafailov et al. 2023, arXiv:2305.18290, eq. 7; ε > 0: Mitchell's cDPO note, eq. 3.
 * Derived in notebooks/06-dpo.ipynb.
 */
export interface DpoOptions {
  /** β, the pull to the reference, > 0; larger stays closer. Default 0.1 (TRL, OpenRLHF); NeMo RL 0.05. */
  beta?: number;
  /** The line that turns the margin h into a loss. Default `sigmoid`. */
  variant?: DpoVariant;
  /** ε, the share of labels taken to be flipped, 0 ≤ ε < 0.5. Default 0. */
  labelSmoothing?: number;
  /** Drop the reference from h, as if it were uniform. The logged rewards still subtract it. Default false. */
  referenceFree?: boolean;
}

/** Log-probs summed over completion tokens, EOS included, in nats; each [B]. */
export interface PairLogps<A> {
  policyChosenLogps: A;
  policyRejectedLogps: A;
  referenceChosenLogps: A;
  referenceRejectedLogps: A;
}

export interface DpoResult<A, Loss = A> extends ObjectiveResult<A, Loss> {
  /** h [B], in nats, before β. */
  logits: A;
}

type VariantLine = <A>(m: Arithmetic<A>, h: A, beta: number, epsilon: number) => A;

const asLabelled = <A>(m: Arithmetic<A>, h: A, beta: number): A => m.neg(logSigmoid(m, m.mul(h, beta)));
const asFlipped = <A>(m: Arithmetic<A>, h: A, beta: number): A => asLabelled(m, h, -beta);

/** One line a variant; the contract's others are refused by name until they are derived and tested. */
const variants = {
  /** −(1 − ε) log σ(βh) − ε log σ(−βh). */
  sigmoid: (m, h, beta, epsilon) =>
    m.add(m.mul(asLabelled(m, h, beta), 1 - epsilon), m.mul(asFlipped(m, h, beta), epsilon)),
  /** max(0, 1 − βh). Zhao et al. 2023 (SLiC-HF), arXiv:2305.10425, as TRL scales it; ε does not enter. */
  hinge: (m, h, beta) => m.relu(m.add(m.mul(h, -beta), 1)),
  /** [−(1 − ε) log σ(βh) + ε log σ(−βh)] / (1 − 2ε). Chowdhury et al. 2024, arXiv:2403.00409. */
  robust: (m, h, beta, epsilon) =>
    m.div(m.sub(m.mul(asLabelled(m, h, beta), 1 - epsilon), m.mul(asFlipped(m, h, beta), epsilon)), 1 - 2 * epsilon),
  /** (h − 1/(2β))². Azar et al. 2023, arXiv:2310.12036, eq. 17, on summed log-probs; ε does not enter. */
  ipo: (m, h, beta) => m.square(m.add(h, -1 / (2 * beta))),
} satisfies Record<string, VariantLine>;

export type DpoVariant = keyof typeof variants;
export const dpoVariants = Object.keys(variants) as DpoVariant[];

/** The formula on any kind of array; see {@link dpo} for shapes. */
export function dpoWith<A>(m: Arithmetic<A>, logps: PairLogps<A>, options: DpoOptions = {}): DpoResult<A> {
  const { beta = 0.1, variant = "sigmoid", labelSmoothing = 0, referenceFree = false } = options;
  checkRank("dpo", "policyChosenLogps", m.shapeOf(logps.policyChosenLogps), ["B"]);
  checkSameShape("dpo", { ...logps }, m.shapeOf, "[B], one sum per example");
  checkRange("dpo", { beta }, "> 0", beta > 0 && Number.isFinite(beta));
  checkChoice("dpo", { variant }, dpoVariants);
  checkRange("dpo", { labelSmoothing }, "in [0, 0.5)", labelSmoothing >= 0 && labelSmoothing < 0.5);

  const chosenLogRatio = m.sub(logps.policyChosenLogps, logps.referenceChosenLogps);
  const rejectedLogRatio = m.sub(logps.policyRejectedLogps, logps.referenceRejectedLogps);
  const h = referenceFree
    ? m.sub(logps.policyChosenLogps, logps.policyRejectedLogps)
    : m.sub(chosenLogRatio, rejectedLogRatio); // the margin, in nats

  const line: VariantLine = variants[variant];
  const perExample = line(m, h, beta, labelSmoothing);
  return {
    loss: m.mean(perExample),
    perExample,
    logits: h,
    metrics: pairMetrics(m, logps, m.mul(chosenLogRatio, beta), m.mul(rejectedLogRatio, beta)),
  };
}

/** Implicit rewards β log π/π_ref in nats; accuracy counts strict wins, so it is 0 where policy = reference. */
function pairMetrics<A>(m: Arithmetic<A>, logps: PairLogps<A>, chosen: A, rejected: A): Record<string, A> {
  const detachedMean = (a: A): A => m.detach(m.mean(a));
  return {
    "rewards/chosen": detachedMean(chosen),
    "rewards/rejected": detachedMean(rejected),
    "rewards/margins": detachedMean(m.sub(chosen, rejected)),
    "rewards/accuracies": m.mean(m.greater(m.detach(chosen), m.detach(rejected))),
    "logps/chosen": detachedMean(logps.policyChosenLogps),
    "logps/rejected": detachedMean(logps.policyRejectedLogps),
  };
}

/**
 * @param logps log-probs summed over completion tokens; each [B], in nats
 * @returns loss [] is the batch mean; perExample [B]; logits [B] is h; metrics are scalar tensors, not read back here
 */
export const dpo = (logps: PairLogps<tf.Tensor>, options: DpoOptions = {}) =>
  dpoWith(tensorArithmetic, logps, options) as DpoResult<tf.Tensor1D, tf.Scalar>;
