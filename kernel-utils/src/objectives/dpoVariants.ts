import { type Arithmetic, logSigmoid, sigmoid } from "./arithmetic/arithmetic";

/** What a variant may look at; each [B]. */
export interface DpoTerms<A> {
  /** h, or what takes its place; nats, before β. */
  margin: A;
  /** log π/π_ref of each reply, or f′ of it. */
  chosenScores: A;
  rejectedScores: A;
}

export interface DpoConstants {
  beta: number;
  epsilon: number;
  discopopTau: number;
}

/** One row of the family. */
export interface DpoVariantRow {
  formula: string;
  source: string;
  /** What stands for h: the difference of scores; of mean scores; or of values sorted over the batch. */
  margin: "scores" | "mean-scores" | "sorted-pairs" | "sorted-replies" | "unused";
  /** Other divergences than reverse KL make sense here. */
  divergences: boolean;
  /** ε enters. */
  smoothing: boolean;
  loss<A>(m: Arithmetic<A>, terms: DpoTerms<A>, constants: DpoConstants): A;
}

/** −log σ(βh), what a pair costs whose label is right. */
const asLabelled = <A>(m: Arithmetic<A>, h: A, beta: number): A => m.neg(logSigmoid(m, m.mul(h, beta)));
const asFlipped = <A>(m: Arithmetic<A>, h: A, beta: number): A => asLabelled(m, h, -beta);

const smoothed: DpoVariantRow["loss"] = (m, { margin }, { beta, epsilon }) =>
  m.add(m.mul(asLabelled(m, margin, beta), 1 - epsilon), m.mul(asFlipped(m, margin, beta), epsilon));

/** (x − 1/(2τ))². Azar et al. 2023, arXiv:2310.12036, eq. 17. */
export const ipoLoss = <A>(m: Arithmetic<A>, x: A, tau: number): A => m.square(m.add(x, -1 / (2 * tau)));

const onMargin = { margin: "scores", divergences: true, smoothing: false } as const;
const onScores = { margin: "unused", divergences: true, smoothing: false } as const;

/** s_w, s_l are the scores of the two replies (log-ratios unless a divergence says otherwise), h = s_w − s_l. */
export const variants = {
  sigmoid: {
    ...onMargin,
    smoothing: true,
    formula: "−(1 − ε) log σ(βh) − ε log σ(−βh)",
    source: "Rafailov et al. 2023, arXiv:2305.18290, eq. 7; ε: Mitchell 2023, eq. 3. TRL ignores ε here",
    loss: smoothed,
  },
  hinge: {
    ...onMargin,
    formula: "max(0, 1 − βh)",
    source: "Zhao et al. 2023, arXiv:2305.10425, scaled as in Liu et al. 2023, arXiv:2309.06657",
    loss: (m, { margin }, { beta }) => m.relu(m.add(m.mul(margin, -beta), 1)),
  },
  robust: {
    ...onMargin,
    smoothing: true,
    formula: "[−(1 − ε) log σ(βh) + ε log σ(−βh)] / (1 − 2ε)",
    source: "Chowdhury et al. 2024, arXiv:2403.00409",
    loss: (m, { margin: h }, { beta, epsilon }) =>
      m.div(m.sub(m.mul(asLabelled(m, h, beta), 1 - epsilon), m.mul(asFlipped(m, h, beta), epsilon)), 1 - 2 * epsilon),
  },
  ipo: {
    ...onMargin,
    formula: "(h − 1/(2β))², on sums; the objective `ipo` also takes means, as TRL does",
    source: "Azar et al. 2023, arXiv:2310.12036, eq. 17",
    loss: (m, { margin }, { beta }) => ipoLoss(m, margin, beta),
  },
  exo: {
    ...onMargin,
    smoothing: true,
    formula: "σ(βh) [log σ(βh) − log(1 − ε)] + σ(−βh) [log σ(−βh) − log ε]; ε = 0 stands for 0.001",
    source: "Ji et al. 2024, arXiv:2402.00856, eq. 16",
    loss: (m, { margin }, { beta, epsilon }) => {
      const share = epsilon === 0 ? 1e-3 : epsilon; // log 0 would make the target unreachable
      const term = (logit: typeof margin, target: number) =>
        m.mul(sigmoid(m, logit), m.add(logSigmoid(m, logit), -Math.log(target)));
      return m.add(term(m.mul(margin, beta), 1 - share), term(m.mul(margin, -beta), share));
    },
  },
  nca: {
    ...onScores,
    formula: "−log σ(βs_w) − ½ log σ(−βs_w) − ½ log σ(−βs_l)",
    source: "Chen et al. 2024, arXiv:2402.05369, pairwise NCA",
    loss: (m, { chosenScores, rejectedScores }, { beta }) =>
      m.add(
        asLabelled(m, chosenScores, beta),
        m.mul(m.add(asFlipped(m, chosenScores, beta), asFlipped(m, rejectedScores, beta)), 0.5),
      ),
  },
  bco: {
    ...onScores,
    formula: "−log σ(βs_w) − log σ(−βs_l); the reward shift δ is the objective `bco`'s",
    source: "Jung et al. 2024, arXiv:2404.04656, with δ = 0 as TRL's bco_pair",
    loss: (m, { chosenScores, rejectedScores }, { beta }) =>
      m.add(asLabelled(m, chosenScores, beta), asFlipped(m, rejectedScores, beta)),
  },
  sppo: {
    ...onScores,
    formula: "(s_w − 1/(2β))² + (s_l + 1/(2β))²",
    source: "Wu et al. 2024, arXiv:2405.00675, eq. 4.7 with P = 1 for the winner (hard)",
    loss: (m, { chosenScores, rejectedScores }, { beta }) =>
      m.add(ipoLoss(m, chosenScores, beta), ipoLoss(m, rejectedScores, -beta)),
  },
  aot: {
    margin: "sorted-pairs",
    divergences: false,
    smoothing: true,
    formula: "as sigmoid, with h = sorted(log π_w − log π_l) − sorted(log π_ref,w − log π_ref,l) over the batch",
    source: "Melnyk et al. 2024, arXiv:2406.05882, paired",
    loss: smoothed,
  },
  "aot-unpaired": {
    margin: "sorted-replies",
    divergences: false,
    smoothing: true,
    formula: "as sigmoid, with h = sorted(log π_w/π_ref,w) − sorted(log π_l/π_ref,l) over the batch",
    source: "Melnyk et al. 2024, arXiv:2406.05882, unpaired",
    loss: smoothed,
  },
  "apo-zero": {
    ...onScores,
    divergences: false,
    formula: "1 − σ(βs_w) + σ(βs_l)",
    source: "D'Oosterlinck et al. 2024, arXiv:2408.06266, eq. 7: for chosen replies better than the policy's",
    loss: (m, { chosenScores, rejectedScores }, { beta }) =>
      m.add(sigmoid(m, m.mul(chosenScores, -beta)), sigmoid(m, m.mul(rejectedScores, beta))),
  },
  "apo-down": {
    ...onScores,
    margin: "scores",
    divergences: false,
    formula: "σ(βs_w) + 1 − σ(βh)",
    source: "D'Oosterlinck et al. 2024, arXiv:2408.06266, eq. 8: for chosen replies worse than the policy's",
    loss: (m, { chosenScores, margin }, { beta }) =>
      m.add(sigmoid(m, m.mul(chosenScores, beta)), sigmoid(m, m.mul(margin, -beta))),
  },
  discopop: {
    ...onMargin,
    formula: "−(1 − σ(βh/τ)) log σ(βh) + σ(βh/τ) exp(−βh), τ = discopopTau",
    source: "Lu et al. 2024, arXiv:2406.08414, eq. 5",
    loss: (m, { margin }, { beta, discopopTau }) => {
      const logit = m.mul(margin, beta);
      // Held below e²⁰ before it meets σ, or ∞ · 0 would be NaN at a very negative margin.
      const exponential = m.exp(m.clamp(m.neg(logit), Number.NEGATIVE_INFINITY, 20));
      const modulation = m.div(logit, discopopTau);
      return m.add(
        m.mul(m.neg(logSigmoid(m, logit)), sigmoid(m, m.neg(modulation))),
        m.mul(exponential, sigmoid(m, modulation)),
      );
    },
  },
  "sigmoid-norm": {
    ...onMargin,
    margin: "mean-scores",
    smoothing: true,
    formula: "as sigmoid, with h = s_w/|y_w| − s_l/|y_l|: nats a token, so β is larger",
    source: "Lambert et al. 2024, arXiv:2411.15124 (Tulu 3); β = 5 in its code",
    loss: smoothed,
  },
} satisfies Record<string, DpoVariantRow>;

export type DpoVariant = keyof typeof variants;
export const dpoVariants = Object.keys(variants) as DpoVariant[];

/** The row of that name, as the interface. */
export const variantRow = (name: DpoVariant): DpoVariantRow => variants[name];
