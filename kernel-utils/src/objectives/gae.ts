import type * as tf from "@tensorflow/tfjs";
import type { Arithmetic } from "./arithmetic/arithmetic";
import { tensorArithmetic } from "./arithmetic/tensors";
import { checkRange, checkRank, checkSameShape } from "./checks";
import { type WhitenOptions, whitenWith } from "./whiten";

/**
 * Generalised advantage estimation, backwards over the tokens of each reply, with V = 0 after the last one:
 *
 *   δ_t = r_t + γ V_{t+1} − V_t        A_t = δ_t + γλ A_{t+1}        return_t = A_t + V_t
 *
 * Schulman et al. 2015, arXiv:1506.02438, eq. 16. λ = 1: return − value; λ = 0: the TD error.
 * Returns come from the advantages before whitening. Masked tokens are left out as if they were not there: the next
 * counted token's V and A are carried across them (NeMo RL, verl), and what is masked may be NaN. So the mask has to
 * reach as far as the rewards do: with a score after EOS, one position past EOS.
 * Elsewhere: γ 1 and λ 0.95 in TRL, OpenAI's code and NeMo-Aligner; λ 1 in OpenRLHF; TRL whitens with ddof 1.
 */
export interface GaeOptions extends WhitenOptions {
  /** γ, the discount of a token, in [0, 1]. Default 1. */
  gamma?: number;
  /** λ in [0, 1]: 0 trusts the values, 1 the rewards. Default 0.95. */
  lambda?: number;
  /** Whiten the advantages over all counted tokens of the batch, by `ddof` and `shiftMean`. Default false. */
  whiten?: boolean;
}

export interface GaeInputs<A> {
  /** r, the reward on each token, [B,T]. */
  rewards: A;
  /** V, the value before each token, [B,T]. */
  values: A;
  /** 1 for reply tokens, [B,T]. Default everywhere. */
  mask?: A;
}

/** The formula on any kind of array; see {@link gae} for shapes. */
export function gaeWith<A>(m: Arithmetic<A>, { rewards, values, mask }: GaeInputs<A>, options: GaeOptions = {}) {
  const { gamma = 1, lambda = 0.95, whiten = false, ddof, shiftMean } = options;
  checkRank("gae", "rewards", m.shapeOf(rewards), ["B", "T"]);
  checkSameShape("gae", { rewards, values, ...(mask && { mask }) }, m.shapeOf, "[B,T], one entry per token");
  checkRange("gae", { gamma }, "in [0, 1]", gamma >= 0 && gamma <= 1);
  checkRange("gae", { lambda }, "in [0, 1]", lambda >= 0 && lambda <= 1);

  const keep = (a: A): A => (mask ? m.masked(a, mask) : a);
  const columns = { reward: m.unstackLast(keep(rewards)), value: m.unstackLast(keep(values)) };
  const counted = mask && m.unstackLast(mask);
  const advantages: A[] = [];
  let nextValue = m.mul(columns.value[0], 0); // [B]: nothing comes after the last token
  let nextAdvantage = nextValue;
  for (let t = columns.value.length - 1; t >= 0; t--) {
    const delta = m.sub(m.add(columns.reward[t], m.mul(nextValue, gamma)), columns.value[t]);
    advantages[t] = m.add(delta, m.mul(nextAdvantage, gamma * lambda));
    nextValue = counted ? choose(m, counted[t], columns.value[t], nextValue) : columns.value[t];
    nextAdvantage = counted ? choose(m, counted[t], advantages[t], nextAdvantage) : advantages[t];
  }
  const raw = keep(m.stackLast(advantages));
  return {
    advantages: whiten ? whitenWith(m, { values: raw, mask }, { ddof, shiftMean }).whitened : raw,
    returns: m.add(raw, keep(values)),
  };
}

/** `yes` where the mask is 1, `no` where it is 0. */
const choose = <A>(m: Arithmetic<A>, mask: A, yes: A, no: A): A =>
  m.add(m.masked(yes, mask), m.masked(no, m.sub(m.add(m.mul(mask, 0), 1), mask)));

/**
 * @param inputs rewards, values and mask, each [B,T]
 * @returns advantages and returns, [B,T], 0 where masked
 */
export const gae = (inputs: GaeInputs<tf.Tensor>, options: GaeOptions = {}) =>
  gaeWith(tensorArithmetic, inputs, options);
