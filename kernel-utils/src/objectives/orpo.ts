import type * as tf from "@tensorflow/tfjs";
import { type Arithmetic, logSigmoid } from "./arithmetic/arithmetic";
import { tensorArithmetic } from "./arithmetic/tensors";
import { checkRange } from "./checks";
import { nllPerExample } from "./chosenNll";
import { checkVectors, rewardMetrics } from "./pairs";
import type { ObjectiveResult } from "./result";

/**
 * Odds Ratio Preference Optimization: supervised fine-tuning and a preference term in one, without a reference.
 *
 *   p = e^a, a the mean log-prob of a reply;   log odds = a − log(1 − e^a)
 *   L = NLL(y_w) + λ L_OR,   L_OR = −log σ(log odds(y_w) − log odds(y_l))
 *
 * Hong et al. 2024, arXiv:2403.07691, eq. 6 and 7. Whether the NLL runs over the prompt too differs: TRL and the official
 * code do, the RLHF book's code does not. It is an input here. λ is `beta` in TRL (0.1), `alpha` in the official code.
 */
export interface OrpoOptions {
  /** λ ≥ 0, the weight of the odds ratio. Default 0.1. */
  lambda?: number;
}

export const orpoDefaults = { lambda: 0.1 } satisfies Required<OrpoOptions>;

export interface OrpoInputs<A> {
  /** a of each reply [B], nats a token, below 0: at 0 the odds are infinite. */
  chosenMeanLogps: A;
  rejectedMeanLogps: A;
  /** Negative log-likelihood of the chosen replies, [B] or [] for the whole batch. */
  chosenNll: A;
}

export interface OrpoResult<A, Loss = A> extends ObjectiveResult<A, Loss> {
  /** log odds(y_w) − log odds(y_l), [B]. */
  logOdds: A;
  /** L_OR before λ, [B]. */
  oddsRatioTerm: A;
}

/** The formula on any kind of array; see {@link orpo} for shapes. */
export function orpoWith<A>(m: Arithmetic<A>, inputs: OrpoInputs<A>, options: OrpoOptions = {}): OrpoResult<A> {
  const { lambda } = { ...orpoDefaults, ...options };
  const { chosenMeanLogps: chosen, rejectedMeanLogps: rejected } = inputs;
  checkVectors("orpo", m, { chosenMeanLogps: chosen, rejectedMeanLogps: rejected }, "[B], one mean per example");
  checkRange("orpo", { lambda }, ">= 0", lambda >= 0 && Number.isFinite(lambda));
  const nll = nllPerExample(m, "orpo", inputs.chosenNll, chosen);

  const logOdds = m.sub(m.sub(chosen, rejected), m.sub(m.log1mexp(chosen), m.log1mexp(rejected)));
  const oddsRatioTerm = m.neg(logSigmoid(m, logOdds));
  const perExample = m.add(nll, m.mul(oddsRatioTerm, lambda));
  const metrics = {
    nll_loss: m.detach(m.mean(nll)),
    ...rewardMetrics(m, m.mul(chosen, lambda), m.mul(rejected, lambda)), // λa, as TRL logs them
  };
  return { loss: m.mean(perExample), perExample, logOdds, oddsRatioTerm, metrics };
}

/**
 * @param inputs mean log-probs of the replies, each [B], nats a token; chosenNll [B] or []
 * @returns loss [] is the batch mean; perExample, logOdds and oddsRatioTerm [B]
 */
export const orpo = (inputs: OrpoInputs<tf.Tensor>, options: OrpoOptions = {}) =>
  orpoWith(tensorArithmetic, inputs, options) as OrpoResult<tf.Tensor1D, tf.Scalar>;
