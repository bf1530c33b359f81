import { type Arithmetic, logSigmoid } from "./arithmetic/arithmetic";

/**
 * f-DPO: under another divergence than reverse KL the implicit reward of a reply is β f′(π/π_ref), so f′ takes the place
 * of the log-ratio x. Wang et al. 2023, arXiv:2309.16240. TRL drops what does not depend on x, which
 * cancels in every difference of two scores.
 */
interface Divergence {
  /** f′ as printed here and in TRL. */
  formula: string;
  /** f′ shifted to 0 at π = π_ref: differences of two of these keep their digits even where α is near 1. */
  score<A>(m: Arithmetic<A>, logRatio: A, alpha: number): A;
  /** What must be added to `score` for the formula as printed. */
  offset(alpha: number): number;
}

/** e²⁰ is as far as a ratio may go: beyond, the exponential of a log-ratio says nothing but overflow. */
const logRatioLimit = 20;
const held = <A>(m: Arithmetic<A>, x: A): A => m.clamp(x, -logRatioLimit, logRatioLimit);

/** Within this of 1 the α-divergence is its limit, reverse KL. */
const isReverseKl = (alpha: number): boolean => Math.abs(alpha - 1) < 1e-6;

export const divergences = {
  "reverse-kl": { formula: "x", score: (_m, x) => x, offset: () => 0 },
  "forward-kl": {
    formula: "−exp(−x)",
    score: (m, x) => m.neg(m.expm1(m.neg(held(m, x)))),
    offset: () => -1,
  },
  js: {
    formula: "log σ(x)",
    score: (m, x) => m.add(logSigmoid(m, x), Math.LN2),
    offset: () => -Math.LN2,
  },
  alpha: {
    formula: "exp((α − 1) x) / (α − 1); x where α = 1",
    score: (m, x, alpha) => (isReverseKl(alpha) ? x : m.div(m.expm1(m.mul(held(m, x), alpha - 1)), alpha - 1)),
    offset: (alpha) => (isReverseKl(alpha) ? 0 : 1 / (alpha - 1)),
  },
} satisfies Record<string, Divergence>;

export type DivergenceName = keyof typeof divergences;
export const divergenceNames = Object.keys(divergences) as DivergenceName[];

/** The row of that name, as the interface. */
export const divergence = (name: DivergenceName): Divergence => divergences[name];
