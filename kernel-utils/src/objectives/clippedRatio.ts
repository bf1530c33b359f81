import { type Arithmetic, maskedMean } from "./arithmetic/arithmetic";
import { checkRange, checkRank, checkSameShape } from "./checks";

/**
 * The clipped policy loss of each token, which PPO and the group methods share. With r = π(token)/π_old(token):
 *
 *   L = max(−A r, −A clip(r, 1 − clipLow, 1 + clipHigh))      dual clip, where A < 0:  min(L, −c A)
 *
 * Schulman et al. 2017, arXiv:1707.06347, eq. 7 (with the sign of a loss); clipLow ≠ clipHigh: DAPO, arXiv:2503.14476,
 * section 3.1; dual clip: Ye et al. 2019, arXiv:1912.09729, eq. 5 (c = 3; it bounds the loss of a token that became likely
 * although it was bad). log r is held in ±logRatioClamp before exp (OpenRLHF: 20).
 */
export interface ClipOptions {
  /** In [0, 1). Default 0.2. */
  clipLow?: number;
  /** ≥ 0. Default 0.2; DAPO 0.28. */
  clipHigh?: number;
  /** c > 1. Default none. */
  dualClip?: number;
  /** In nats, > 0. Default 20. */
  logRatioClamp?: number;
}

/** Each [B,T]; what is masked may be NaN. */
export interface RatioInputs<A> {
  logps: A;
  /** log π_old, of the policy that sampled; a constant. */
  oldLogps: A;
  /** A; a constant. */
  advantages: A;
  mask: A;
}

/** perToken and ratio are [B,T], 0 and 1 where masked; metrics average over counted tokens. */
export function clippedPolicyLoss<A>(m: Arithmetic<A>, where: string, inputs: RatioInputs<A>, options: ClipOptions) {
  const { clipLow = 0.2, clipHigh = 0.2, dualClip, logRatioClamp = 20 } = options;
  checkRank(where, "logps", m.shapeOf(inputs.logps), ["B", "T"]);
  checkSameShape(where, { ...inputs }, m.shapeOf, "[B,T], one entry per token");
  checkRange(where, { clipLow }, "in [0, 1)", clipLow >= 0 && clipLow < 1);
  checkRange(where, { clipHigh }, "≥ 0", clipHigh >= 0);
  checkRange(where, { logRatioClamp }, "> 0", logRatioClamp > 0);
  if (dualClip !== undefined) checkRange(where, { dualClip }, "> 1", dualClip > 1);

  const { logps, oldLogps, mask } = inputs;
  const advantages = m.masked(m.detach(inputs.advantages), mask);
  const logRatio = m.masked(m.sub(logps, m.detach(oldLogps)), mask);
  const ratio = m.exp(m.clamp(logRatio, -logRatioClamp, logRatioClamp));
  const unclipped = m.neg(m.mul(advantages, ratio));
  const clipped = m.neg(m.mul(advantages, m.clamp(ratio, 1 - clipLow, 1 + clipHigh)));
  const pessimistic = m.maximum(unclipped, clipped);
  return {
    perToken: dualClip === undefined ? pessimistic : capped(m, pessimistic, advantages, dualClip),
    ratio,
    metrics: {
      "policy/clipfrac": maskedMean(m, m.greater(m.detach(clipped), m.detach(unclipped)), mask),
      // ½ (log r)², before the clamp. TRL averages it over padding too; here only counted tokens enter.
      "policy/approxkl": m.mul(maskedMean(m, m.square(m.detach(logRatio)), mask), 0.5),
      "val/ratio": maskedMean(m, m.detach(ratio), mask),
    },
  };
}

/** min(loss, −c A) where A < 0. */
function capped<A>(m: Arithmetic<A>, loss: A, advantages: A, dualClip: number): A {
  const bad = m.greater(m.mul(advantages, 0), advantages);
  const bounded = m.minimum(loss, m.mul(advantages, -dualClip));
  return m.add(m.masked(bounded, bad), m.masked(loss, m.sub(m.add(m.mul(bad, 0), 1), bad)));
}
