import { type DpoVariant, variants } from "../../dpoVariants";
import type { About, Formula, SymbolOf } from "./about";

const logp = (input: string, policy: string, reply: string): SymbolOf => ({
  input,
  latex: `\\log ${policy}(${reply} \\mid x)`,
  args: "",
});
const theta = "\\pi_\\theta";
const reference = "\\pi_{\\mathrm{ref}}";

/** Log-probs of pairs, and what is made of them before a loss comes in. */
export const pairSymbols: Record<string, SymbolOf> = {
  wp: logp("policyChosenLogps", theta, "y_w"),
  wr: logp("referenceChosenLogps", reference, "y_w"),
  lp: logp("policyRejectedLogps", theta, "y_l"),
  lr: logp("referenceRejectedLogps", reference, "y_l"),
  wn: { input: "chosenLengths", latex: "|y_w|", args: "" },
  ln: { input: "rejectedLengths", latex: "|y_l|", args: "" },
  sw: { is: "wp - wr", latex: "s_w", args: "" },
  sl: { is: "lp - lr", latex: "s_l", args: "" },
  h: { is: "sw - sl", latex: "h", args: "" },
};

export const atReference = {
  policyChosenLogps: "referenceChosenLogps",
  policyRejectedLogps: "referenceRejectedLogps",
};

const smoothed = (logit: string): string => `-(1 - epsilon) * logsigma(${logit}) - epsilon * logsigma(-${logit})`;
const variant = (name: DpoVariant, expression: string): Formula => ({
  left: "\\ell",
  expression,
  gives: "perExample",
  when: { variant: name },
  source: variants[name].source,
});
const margin = (name: string, expression: string): Formula => ({
  left: "h",
  expression,
  gives: "logits",
  when: { divergence: name },
  source: "Wang et al. 2023, arXiv:2309.16240",
});

export const dpoAbout: About = {
  title: "Direct Preference Optimization",
  example: {
    inputs: {
      policyChosenLogps: [-8],
      policyRejectedLogps: [-13],
      referenceChosenLogps: [-10],
      referenceRejectedLogps: [-12],
    },
    options: { beta: 0.1 },
  },
  exampleSays: "log(1 + e^−0.3): the margin is 2 − (−1) = 3 nats",
  optionalInputs: { chosenLengths: [12], rejectedLengths: [20] },
  source: "dpo",
  symbols: {
    ...pairSymbols,
    beta: { option: "beta", latex: "\\beta", from: 0.05, to: 2 },
    epsilon: { option: "labelSmoothing", latex: "\\varepsilon", from: 0.02, to: 0.45 },
    alpha: { option: "alpha", latex: "\\alpha", from: 0.1, to: 0.8 },
    penalty: { option: "lengthPenalty", latex: "\\lambda", from: 0.01, to: 0.5 },
    tau: { option: "discopopTau", latex: "\\tau", from: 0.05, to: 2 },
    hn: { is: "sw / wn - sl / ln", latex: "\\bar h", args: "" },
  },
  formulas: [
    { left: "s_w", expression: "wp - wr", gives: "metrics.rewards/chosen", when: { beta: 1 }, sizes: { B: 1 } },
    { left: "s_l", expression: "lp - lr", gives: "metrics.rewards/rejected", when: { beta: 1 }, sizes: { B: 1 } },
    { left: "h", expression: "sw - sl", gives: "logits" },
    variant("sigmoid", smoothed("beta * h")),
    variant("hinge", "max(0, 1 - beta * h)"),
    variant("robust", "(-(1 - epsilon) * logsigma(beta * h) + epsilon * logsigma(-beta * h)) / (1 - 2 * epsilon)"),
    variant("ipo", "(h - 1 / (2 * beta))^2"),
    variant(
      "exo",
      "sigma(beta * h) * (logsigma(beta * h) - log(1 - epsilon)) + sigma(-beta * h) * (logsigma(-beta * h) - log(epsilon))",
    ),
    variant("nca", "-logsigma(beta * sw) - (logsigma(-beta * sw) + logsigma(-beta * sl)) / 2"),
    variant("bco", "-logsigma(beta * sw) - logsigma(-beta * sl)"),
    variant("sppo", "(sw - 1 / (2 * beta))^2 + (sl + 1 / (2 * beta))^2"),
    variant("apo-zero", "1 - sigma(beta * sw) + sigma(beta * sl)"),
    variant("apo-down", "sigma(beta * sw) + 1 - sigma(beta * h)"),
    variant("discopop", "-(1 - sigma(beta * h / tau)) * logsigma(beta * h) + sigma(beta * h / tau) * exp(-beta * h)"),
    variant("sigmoid-norm", smoothed("beta * hn")),
    { left: "\\bar h", expression: "sw / wn - sl / ln", gives: "logits", when: { variant: "sigmoid-norm" } },
    {
      tex: "h = \\operatorname{sort}\\left( \\log \\pi_\\theta(y_w) - \\log \\pi_\\theta(y_l) \\right) - \\operatorname{sort}\\left( \\log \\pi_{\\mathrm{ref}}(y_w) - \\log \\pi_{\\mathrm{ref}}(y_l) \\right)",
      when: { variant: "aot" },
      source: variants.aot.source,
    },
    {
      tex: "h = \\operatorname{sort}(s_w) - \\operatorname{sort}(s_l)",
      when: { variant: "aot-unpaired" },
      source: variants["aot-unpaired"].source,
    },
    margin("forward-kl", "exp(-sl) - exp(-sw)"),
    margin("js", "logsigma(sw) - logsigma(sl)"),
    margin("alpha", "(exp((alpha - 1) * sw) - exp((alpha - 1) * sl)) / (alpha - 1)"),
    {
      left: "h",
      expression: "(sw - sl) + penalty / beta * (wn - ln)",
      gives: "logits",
      says: "a `lengthPenalty`, λ",
      source: "Park et al. 2024, arXiv:2403.19159",
    },
  ],
  initial: [
    {
      says: "policy equals reference",
      copy: atReference,
      holds: {
        loss: ["\\ln 2", Math.LN2],
        "metrics.rewards/chosen": ["0", 0],
        "metrics.rewards/margins": ["0", 0],
        "metrics.rewards/accuracies": ["0", 0],
      },
    },
  ],
  derivedIn: [
    { chapter: "06-dpo", lines: ["dpo.10", "dpo.11", "dpo.13"] },
    { chapter: "07-ipo", lines: ["ipo.12"] },
  ],
};
