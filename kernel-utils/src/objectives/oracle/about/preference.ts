/** Losses of preference pairs beside DPO, and of single labelled replies. */
import type { About, SymbolOf } from "./about";
import { atReference, dpoAbout, pairSymbols } from "./dpo";

const beta: SymbolOf = { option: "beta", latex: "\\beta", from: 0.05, to: 2 };
const epsilon: SymbolOf = { option: "labelSmoothing", latex: "\\varepsilon", from: 0.02, to: 0.45 };
const nll: SymbolOf = { input: "chosenNll", latex: "\\ell_{\\mathrm{NLL}}", args: "" };
const smoothedLogit = "-(1 - epsilon) * logsigma(x) - epsilon * logsigma(-x)";
const sum = (input: string, reply: string): SymbolOf => ({
  input,
  latex: `\\log \\pi_\\theta(${reply} \\mid x)`,
  args: "",
});
const mean = (input: string, letter: string): SymbolOf => ({ input, latex: `a_${letter}`, args: "" });
const meansExample = { chosenMeanLogps: [-0.5], rejectedMeanLogps: [-1.5] };

const labelledSymbols: Record<string, SymbolOf> = {
  p: { input: "policyLogps", latex: "\\log \\pi_\\theta(y \\mid x)", args: "" },
  q: { input: "referenceLogps", latex: "\\log \\pi_{\\mathrm{ref}}(y \\mid x)", args: "" },
};
const labelledExample = { policyLogps: [-10, -14], referenceLogps: [-12, -13], desirable: [true, false] };
const up = { desirable: true };
const down = { desirable: false };

export const preferenceAbouts: Record<string, About> = {
  dpo: dpoAbout,
  ipo: {
    title: "Identity Preference Optimization",
    example: { inputs: dpoAbout.example.inputs, options: { tau: 0.1 } },
    exampleSays: "(3 − 5)²: the margin is 3 nats, the target 1/(2 · 0.1) = 5",
    optionalInputs: dpoAbout.optionalInputs,
    source: "ipo",
    symbols: {
      ...pairSymbols,
      tau: { option: "tau", latex: "\\tau", from: 0.05, to: 2 },
      x: { is: "(wp - wr) - (lp - lr)", latex: "h" },
      xn: { is: "(wp - wr) / wn - (lp - lr) / ln", latex: "\\bar h" },
    },
    formulas: [
      { left: "h", expression: "(wp - wr) - (lp - lr)", gives: "logits", when: { logps: "sum" } },
      { left: "\\ell", expression: "(x - 1 / (2 * tau))^2", gives: "perExample", when: { logps: "sum" } },
      {
        left: "\\bar h",
        expression: "(wp - wr) / wn - (lp - lr) / ln",
        gives: "logits",
        when: { logps: "mean" },
      },
      { left: "\\ell", expression: "(xn - 1 / (2 * tau))^2", gives: "perExample", when: { logps: "mean" } },
    ],
    initial: [
      {
        says: "policy equals reference, τ = 0.1",
        copy: atReference,
        options: { tau: 0.1 },
        holds: { loss: ["\\frac{1}{4\\tau^2} = 25", 25], "metrics.rewards/accuracies": ["0", 0] },
      },
    ],
    derivedIn: [{ chapter: "07-ipo", lines: ["ipo.21", "ipo.22", "ipo.23"] }],
  },
  kto: {
    title: "Kahneman–Tversky Optimization",
    example: {
      inputs: { ...labelledExample, klPolicyLogps: [-20, -18], klReferenceLogps: [-20.5, -18.5] },
      options: { beta: 0.1 },
    },
    exampleSays: "one thumb up at r = 2, one down at r = −1, z0 = 0.5",
    source: "kto",
    symbols: {
      ...labelledSymbols,
      kp: { input: "klPolicyLogps", latex: "\\log \\pi_\\theta(y' \\mid x)", args: "" },
      kq: { input: "klReferenceLogps", latex: "\\log \\pi_{\\mathrm{ref}}(y' \\mid x)", args: "" },
      beta,
      lambda_D: { option: "desirableWeight", latex: "\\lambda_D", from: 0.2, to: 3 },
      lambda_U: { option: "undesirableWeight", latex: "\\lambda_U", from: 0.2, to: 3 },
      r: { is: "p - q", latex: "r", args: "" },
      z: { answer: "metrics.kl", latex: "z_0" },
    },
    formulas: [
      { left: "z_0", expression: "max(0, mean(kp - kq))", gives: "metrics.kl" },
      {
        left: "r",
        expression: "p - q",
        gives: "metrics.rewards/chosen",
        when: { beta: 1 },
        fill: up,
        sizes: { B: 1 },
      },
      {
        left: "\\ell_{\\text{desirable}}",
        expression: "lambda_D * (1 - sigma(beta * (r - z)))",
        gives: "perExample",
        fill: up,
      },
      {
        left: "\\ell_{\\text{undesirable}}",
        expression: "lambda_U * (1 - sigma(beta * (z - r)))",
        gives: "perExample",
        fill: down,
      },
    ],
    initial: [
      {
        says: "policy equals reference",
        copy: { policyLogps: "referenceLogps", klPolicyLogps: "klReferenceLogps" },
        holds: { loss: ["\\tfrac12", 0.5], "metrics.kl": ["0", 0] },
      },
    ],
    derivedIn: [{ chapter: "08-kto", lines: ["kto.2", "kto.3", "kto.4", "kto.5"] }],
  },
  orpo: {
    title: "Odds Ratio Preference Optimization",
    example: { inputs: { ...meansExample, chosenNll: [0.5] }, options: { lambda: 0.1 } },
    source: "orpo",
    symbols: {
      w: mean("chosenMeanLogps", "w"),
      l: mean("rejectedMeanLogps", "l"),
      nll,
      odds: { answer: "logOdds", latex: "\\log \\mathrm{OR}" },
      term: { answer: "oddsRatioTerm", latex: "\\ell_{\\mathrm{OR}}" },
      lambda: { option: "lambda", latex: "\\lambda", from: 0.05, to: 2 },
    },
    formulas: [
      {
        left: "\\log \\mathrm{OR}",
        expression: "(w - l) - (log(1 - exp(w)) - log(1 - exp(l)))",
        gives: "logOdds",
      },
      { left: "\\ell_{\\mathrm{OR}}", expression: "-logsigma(odds)", gives: "oddsRatioTerm" },
      { left: "\\ell", expression: "nll + lambda * term", gives: "perExample" },
    ],
    initial: [
      {
        says: "both replies equally likely, token for token",
        copy: { rejectedMeanLogps: "chosenMeanLogps" },
        holds: { logOdds: ["0", 0], oddsRatioTerm: ["\\ln 2", Math.LN2] },
      },
    ],
    derivedIn: [{ chapter: "09-orpo", lines: ["orpo.3", "orpo.7", "orpo.8"] }],
  },
  simpo: {
    title: "Simple Preference Optimization",
    example: { inputs: meansExample, options: { beta: 2, gamma: 0.5 } },
    exampleSays: "−log σ(2 · 1 − 0.5 · 2)",
    source: "simpo",
    symbols: {
      w: mean("chosenMeanLogps", "w"),
      l: mean("rejectedMeanLogps", "l"),
      beta: { option: "beta", latex: "\\beta", from: 0.5, to: 5 },
      gamma: { option: "gamma", latex: "\\gamma", from: 0.1, to: 2 },
      epsilon,
      x: { is: "beta * (w - l) - gamma * beta", latex: "z", args: "" },
      xa: { is: "beta * (w - l) - gamma", latex: "z", args: "" },
    },
    formulas: [
      {
        left: "\\ell",
        expression:
          "-(1 - epsilon) * logsigma(beta * (w - l) - gamma * beta) - epsilon * logsigma(gamma * beta - beta * (w - l))",
        gives: "perExample",
        when: { gammaMeaning: "ratio" },
      },
      {
        left: "\\ell",
        expression: "-(1 - epsilon) * logsigma(beta * (w - l) - gamma) - epsilon * logsigma(gamma - beta * (w - l))",
        gives: "perExample",
        when: { gammaMeaning: "absolute" },
      },
    ],
    derivedIn: [],
  },
  cpo: {
    title: "Contrastive Preference Optimization",
    example: {
      inputs: { chosenLogps: [-8], rejectedLogps: [-13], chosenNll: [0.8] },
      options: { beta: 0.1, alpha: 1 },
    },
    exampleSays: "−log σ(0.1 · 5) + 0.8",
    source: "cpo",
    symbols: {
      w: sum("chosenLogps", "y_w"),
      l: sum("rejectedLogps", "y_l"),
      nll,
      beta,
      epsilon,
      alpha: { option: "alpha", latex: "\\alpha", from: 0.1, to: 2 },
      x: { is: "beta * (w - l)", latex: "z", args: "" },
    },
    formulas: [
      {
        left: "\\ell",
        expression: `-(1 - epsilon) * logsigma(beta * (w - l)) - epsilon * logsigma(-beta * (w - l)) + alpha * nll`,
        gives: "perExample",
      },
    ],
    derivedIn: [],
  },
  slic: {
    title: "Sequence Likelihood Calibration",
    example: { inputs: { chosenLogps: [-8], rejectedLogps: [-8.4] }, options: { delta: 1 } },
    exampleSays: "max(0, 1 − 0.4)",
    optionalInputs: { chosenNll: [0.8] },
    source: "slic",
    symbols: {
      w: sum("chosenLogps", "y_w"),
      l: sum("rejectedLogps", "y_l"),
      nll,
      delta: { option: "delta", latex: "\\delta", from: 0.2, to: 3 },
      lambda: { option: "lambda", latex: "\\lambda", from: 0.1, to: 2 },
    },
    formulas: [{ left: "\\ell", expression: "max(0, delta - w + l) + lambda * nll", gives: "perExample" }],
    derivedIn: [],
  },
  bco: {
    title: "Binary Classifier Optimization",
    example: { inputs: labelledExample, options: { beta: 0.1 } },
    source: "bco",
    symbols: {
      ...labelledSymbols,
      beta,
      delta: { option: "delta", latex: "\\delta", from: 0.1, to: 2 },
      r: { is: "beta * (p - q)", latex: "r", args: "" },
    },
    formulas: [
      {
        left: "\\ell_{\\text{desirable}}",
        expression: "-logsigma(beta * (p - q) - delta)",
        gives: "perExample",
        fill: up,
      },
      {
        left: "\\ell_{\\text{undesirable}}",
        expression: "-logsigma(delta - beta * (p - q))",
        gives: "perExample",
        fill: down,
      },
    ],
    initial: [
      {
        says: "policy equals reference",
        copy: { policyLogps: "referenceLogps" },
        holds: { loss: ["\\ln 2", Math.LN2] },
      },
    ],
    derivedIn: [],
  },
  "online-dpo": {
    title: "Online Direct Preference Optimization",
    example: {
      inputs: {
        firstRewards: [1],
        secondRewards: [3],
        policyFirstLogps: [-13],
        policySecondLogps: [-8],
        referenceFirstLogps: [-12],
        referenceSecondLogps: [-10],
      },
      options: { beta: 0.1 },
    },
    exampleSays: "the second reply has the larger reward, so it is the chosen one: the pair of dpo's example",
    source: "onlineDpo",
    symbols: {
      r1: { input: "firstRewards", latex: "r_1", args: "" },
      r2: { input: "secondRewards", latex: "r_2", args: "" },
      p1: { input: "policyFirstLogps", latex: "\\log \\pi_\\theta(y_1 \\mid x)", args: "" },
      p2: { input: "policySecondLogps", latex: "\\log \\pi_\\theta(y_2 \\mid x)", args: "" },
      q1: { input: "referenceFirstLogps", latex: "\\log \\pi_{\\mathrm{ref}}(y_1 \\mid x)", args: "" },
      q2: { input: "referenceSecondLogps", latex: "\\log \\pi_{\\mathrm{ref}}(y_2 \\mid x)", args: "" },
      g: { read: ({ inputs }) => signs(inputs), latex: "g", args: "" },
      beta,
      epsilon,
      x: { answer: "logits", latex: "h", args: "" },
    },
    formulas: [
      { tex: "g = 1 \\text{ if } r_1 \\ge r_2, \\text{ else } -1" },
      {
        left: "h",
        expression: "g * ((p1 - q1) - (p2 - q2))",
        gives: "logits",
        equivalent: { "(p1 - q1 - (p2 - q2)) / g": "g is 1 or −1, its own inverse" },
      },
      {
        left: "\\ell",
        expression: smoothedLogit.replaceAll("(x)", "(beta * x)").replaceAll("(-x)", "(-beta * x)"),
        gives: "perExample",
      },
    ],
    initial: [
      {
        says: "policy equals reference",
        copy: { policyFirstLogps: "referenceFirstLogps", policySecondLogps: "referenceSecondLogps" },
        holds: { loss: ["\\ln 2", Math.LN2], "metrics.rewards/accuracies": ["0", 0] },
      },
    ],
    derivedIn: [{ chapter: "06-dpo", lines: ["dpo.10"] }],
  },
};

/** +1 where the first reply is chosen, the one with the larger reward, −1 where the second. */
const signs = ({ firstRewards, secondRewards }: Record<string, unknown>): number[] =>
  (firstRewards as number[]).map((first, i) => (first >= (secondRewards as number[])[i] ? 1 : -1));
