import type * as tf from "@tensorflow/tfjs";
import { CourseError } from "../errors";
import type { Arithmetic } from "./arithmetic/arithmetic";
import { tensorArithmetic } from "./arithmetic/tensors";
import { checkRange } from "./checks";
import { nllPerExample } from "./chosenNll";
import { checkVectors, pairMetrics } from "./pairs";
import type { ObjectiveResult } from "./result";

/**
 * Sequence Likelihood Calibration: the chosen reply must be more likely than the rejected one by δ nats.
 *
 *   L = max(0, δ − s_w + s_l) + λ NLL
 *
 * Zhao et al. 2023, arXiv:2305.10425; there the NLL is that of the fine-tuning target. Where the margin is
 * reached the preference term has no gradient at all.
 */
export interface SlicOptions {
  /** δ ≥ 0, in nats. Default 1 (HALOs, as its `beta`). */
  delta?: number;
  /** λ ≥ 0, the weight of the likelihood, which then must be given. Default 0; HALOs 0.1. */
  lambda?: number;
}

export const slicDefaults = { delta: 1, lambda: 0 } satisfies Required<SlicOptions>;

export interface SlicInputs<A> {
  /** Log-probs summed over completion tokens [B], nats. */
  chosenLogps: A;
  rejectedLogps: A;
  /** Negative log-likelihood of the targets, [B] or [] for the whole batch. */
  chosenNll?: A;
}

/** The formula on any kind of array; see {@link slic} for shapes. */
export function slicWith<A>(m: Arithmetic<A>, inputs: SlicInputs<A>, options: SlicOptions = {}): ObjectiveResult<A> {
  const { delta, lambda } = { ...slicDefaults, ...options };
  const { chosenLogps, rejectedLogps, chosenNll } = inputs;
  checkVectors("slic", m, { chosenLogps, rejectedLogps });
  checkRange("slic", { delta }, ">= 0", delta >= 0 && Number.isFinite(delta));
  checkRange("slic", { lambda }, ">= 0", lambda >= 0 && Number.isFinite(lambda));
  if (lambda > 0 && chosenNll === undefined) {
    throw new CourseError(
      "bad-value",
      `slic: missing input "chosenNll"; lambda ${lambda} weighs it: pass it, or lambda 0`,
    );
  }

  const ranking = m.relu(m.add(m.sub(rejectedLogps, chosenLogps), delta));
  const nll = chosenNll === undefined ? undefined : nllPerExample(m, "slic", chosenNll, chosenLogps);
  const perExample = nll === undefined ? ranking : m.add(ranking, m.mul(nll, lambda));
  const metrics = pairMetrics(
    m,
    { chosen: chosenLogps, rejected: rejectedLogps },
    { chosen: chosenLogps, rejected: rejectedLogps },
  );
  return { loss: m.mean(perExample), perExample, metrics };
}

/**
 * @param inputs log-probs summed over completion tokens, each [B], in nats; chosenNll [B] or []
 * @returns loss [] is the batch mean; perExample [B]; rewards in the metrics are the log-probs themselves
 */
export const slic = (inputs: SlicInputs<tf.Tensor>, options: SlicOptions = {}) =>
  slicWith(tensorArithmetic, inputs, options) as ObjectiveResult<tf.Tensor1D, tf.Scalar>;
