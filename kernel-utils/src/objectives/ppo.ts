import type * as tf from "@tensorflow/tfjs";
import { CourseError } from "../errors";
import { type Arithmetic, maskedMean } from "./arithmetic/arithmetic";
import { tensorArithmetic } from "./arithmetic/tensors";
import { checkRange, checkSameShape } from "./checks";
import { type ClipOptions, clippedPolicyLoss, type RatioInputs } from "./clippedRatio";
import type { ObjectiveResult } from "./result";

/**
 * Proximal policy optimisation for language models: clipped policy loss plus clipped value loss.
 *
 *   policy  mean_mask max(−A r, −A clip(r, 1 − clipLow, 1 + clipHigh)),  r = π/π_old; see {@link clippedPolicyLoss}
 *   value   ½ mean_valueMask max((V − R)², (V_old + clip(V − V_old, ±valueClip) − R)²)
 *   L       policy + valueCoefficient · value
 *
 * Schulman et al. 2017, arXiv:1707.06347, eq. 7 and 9; the value clip is from OpenAI's baselines and lm-human-preferences.
 * Advantages, returns, old log-probs and old values are constants. At π = π_old the gradient is the policy gradient.
 * Elsewhere: clip 0.2 everywhere but HALOs (0.5); value clip 0.2 in TRL, 0.5 in OpenRLHF, none in HALOs;
 * valueCoefficient 0.1 in TRL, 0.01 in HALOs, a separate optimizer in OpenRLHF and NeMo.
 */
export interface PpoOptions extends ClipOptions {
  /** > 0, in units of the value; Infinity for none. Default 0.2 where `oldValues` is given. */
  valueClip?: number;
  /** ≥ 0. Default 0.1. */
  valueCoefficient?: number;
}

/** Each [B,T]; what is masked may be NaN. */
export interface PpoInputs<A> extends RatioInputs<A> {
  /** V of the value head; with `returns`, or neither. */
  values?: A;
  /** V when the reply was sampled; without it the value loss is not clipped. */
  oldValues?: A;
  /** R, what V should be: advantage before whitening + old value. */
  returns?: A;
  /** Tokens that count in the value loss. Default `mask`. */
  valueMask?: A;
}

export interface PpoResult<A, Loss = A> extends ObjectiveResult<A, Loss> {
  policyLoss: Loss;
  /** 0 without `values`. */
  valueLoss: Loss;
  /** r [B,T], after the clamp of its logarithm; 1 where masked. */
  ratio: A;
}

/** The formula on any kind of array; see {@link ppo} for shapes. */
export function ppoWith<A>(m: Arithmetic<A>, inputs: PpoInputs<A>, options: PpoOptions = {}): PpoResult<A> {
  const { valueCoefficient = 0.1 } = options;
  const { logps, oldLogps, advantages, mask } = inputs;
  checkRange("ppo", { valueCoefficient }, "≥ 0", valueCoefficient >= 0 && Number.isFinite(valueCoefficient));
  const policy = clippedPolicyLoss(m, "ppo", { logps, oldLogps, advantages, mask }, options);
  const value = clippedValueLoss(m, inputs, options);

  const policyLoss = maskedMean(m, policy.perToken, mask);
  const valueLoss = value ? maskedMean(m, value.perToken, value.mask) : m.constant([0], []);
  const policyRows = rowMeans(m, policy.perToken, mask);
  const valueRows = value && m.mul(rowMeans(m, value.perToken, value.mask), valueCoefficient);
  return {
    loss: value ? m.add(policyLoss, m.mul(valueLoss, valueCoefficient)) : policyLoss,
    perExample: valueRows ? m.add(policyRows, valueRows) : policyRows,
    policyLoss,
    valueLoss,
    ratio: policy.ratio,
    metrics: { ...policy.metrics, ...value?.metrics },
  };
}

/** Half the larger squared error of each token; undefined where there are no values. */
function clippedValueLoss<A>(
  m: Arithmetic<A>,
  inputs: PpoInputs<A>,
  options: PpoOptions,
): { perToken: A; mask: A; metrics: Record<string, A> } | undefined {
  const { values, oldValues, returns, valueMask: mask = inputs.mask } = inputs;
  const { valueClip = 0.2 } = options;
  checkRange("ppo", { valueClip }, "> 0", valueClip > 0);
  refuseHalfGiven(inputs, options);
  if (!values || !returns) return undefined;
  const { logps } = inputs;
  checkSameShape(
    "ppo",
    { logps, values, returns, ...(oldValues && { oldValues }), valueMask: mask },
    m.shapeOf,
    "[B,T], one entry per token",
  );
  const goal = m.masked(m.detach(returns), mask);
  const value = m.masked(values, mask);
  const error = m.square(m.sub(value, goal));
  if (!oldValues || valueClip === Infinity) return { perToken: m.mul(error, 0.5), mask, metrics: {} };
  const old = m.masked(m.detach(oldValues), mask);
  const near = m.add(old, m.clamp(m.sub(value, old), -valueClip, valueClip));
  const clippedError = m.square(m.sub(near, goal));
  const clipfrac = maskedMean(m, m.greater(m.detach(clippedError), m.detach(error)), mask);
  return { perToken: m.mul(m.maximum(error, clippedError), 0.5), mask, metrics: { "val/clipfrac": clipfrac } };
}

/** A value loss somebody asked for must not vanish because an array was forgotten. */
function refuseHalfGiven<A>({ values, oldValues, returns, valueMask }: PpoInputs<A>, options: PpoOptions): void {
  const refuse = (given: string, missing: string): never => {
    throw new CourseError("bad-value", `ppo: ${given} is given without ${missing}; give both, or neither`);
  };
  if (values && !returns) refuse("values", "returns");
  if (returns && !values) refuse("returns", "values");
  if (oldValues && !values) refuse("oldValues", "values");
  if (valueMask && !values) refuse("valueMask", "values");
  if (options.valueClip !== undefined && options.valueClip !== Infinity && values && !oldValues) {
    refuse("option valueClip", "oldValues");
  }
}

const rowMeans = <A>(m: Arithmetic<A>, perToken: A, mask: A): A =>
  m.div(m.sumLast(m.masked(perToken, mask)), m.atLeast(m.sumLast(mask), 1));

/**
 * @param inputs log-probs, advantages, values, returns and masks, each [B,T]
 * @returns loss []; policyLoss [], valueLoss [] (before its coefficient); ratio [B,T]; perExample [B], means over the row's
 * counted tokens; metrics policy/clipfrac, policy/approxkl, val/ratio, val/clipfrac. Nothing counted: 0, not NaN
 */
export const ppo = (inputs: PpoInputs<tf.Tensor>, options: PpoOptions = {}) =>
  ppoWith(tensorArithmetic, inputs, options) as PpoResult<tf.Tensor, tf.Scalar>;
