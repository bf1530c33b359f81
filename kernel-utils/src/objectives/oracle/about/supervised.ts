/** Log-probs, plain labels, scores; and what is computed exactly. */
import type { About, SymbolOf } from "./about";
import { flat } from "./about";

const tokens: SymbolOf = {
  input: "tokenLogps",
  latex: "\\log \\pi_\\theta(y_t \\mid x, y_{<t})",
  args: "",
  over: "t",
};
const counted: SymbolOf = { input: "mask", latex: "m", over: "t" };
const oneRow = { B: 1, T: 5 };

export const supervisedAbouts: Record<string, About> = {
  "sequence-logps": {
    title: "Log-probs of a sequence",
    example: {
      inputs: {
        logits: [
          [
            [0, 0],
            [1, 2],
            [9, 9],
          ],
        ],
        labels: [[1, 0, 1]],
      },
    },
    exampleSays: "two tokens of a vocabulary of two: −ln 2, and log softmax([1, 2])[1]",
    source: "oracle/sequenceLogps",
    symbols: {
      z: { read: ({ inputs }) => flat((inputs.logits as number[][][])[0][0]), latex: "z", over: "v" },
      c: { read: ({ inputs }) => label(inputs), latex: "\\mathbb{1}[v = y_{t+1}]", args: "", over: "v" },
    },
    formulas: [
      {
        left: "\\log \\pi(y_{t+1} \\mid x, y_{\\le t})",
        expression: "sum(c * z) - log(sum(exp(z)))",
        gives: "perToken",
        sizes: { B: 1, T: 2, V: 4 },
      },
    ],
    derivedIn: [{ chapter: "00-orientation", lines: ["ce.2", "ce.3", "chain.2"] }],
  },
  sft: {
    title: "Supervised fine-tuning",
    example: {
      inputs: {
        tokenLogps: [
          [-1, -2, -0.5],
          [-3, 0, 0],
        ],
        mask: [
          [1, 1, 1],
          [1, 0, 0],
        ],
      },
    },
    exampleSays: "four counted tokens: 6.5 / 4",
    source: "sft",
    symbols: { a: tokens, m: counted },
    formulas: [
      {
        left: "\\mathcal{L}",
        expression: "-sum(m * a) / sum(m)",
        gives: "loss",
        when: { reduction: "token" },
        sizes: { B: 3, T: 4 },
      },
      {
        left: "\\ell",
        expression: "-sum(m * a) / sum(m)",
        gives: "perExample",
        when: { reduction: "sequence-mean" },
        sizes: oneRow,
      },
      {
        left: "\\ell",
        expression: "-sum(m * a)",
        gives: "perExample",
        when: { reduction: "sequence-sum" },
        sizes: oneRow,
      },
    ],
    derivedIn: [{ chapter: "01-sft", lines: ["sft.3", "sft.4", "reduction.2", "reduction.3"] }],
  },
  "reward-model": {
    title: "Reward model",
    example: { inputs: { chosenRewards: [1.5], rejectedRewards: [0.5] } },
    exampleSays: "−log σ(1)",
    optionalInputs: { margins: [0.5] },
    source: "rewardModel",
    symbols: {
      rw: { input: "chosenRewards", latex: "r_w", args: "" },
      rl: { input: "rejectedRewards", latex: "r_l", args: "" },
      m: { input: "margins", latex: "m", args: "" },
      c: { option: "centering", latex: "c", from: 0.01, to: 1 },
    },
    formulas: [{ left: "\\ell", expression: "-logsigma(rw - rl - m) + c * (rw + rl)^2", gives: "perExample" }],
    initial: [
      {
        says: "a head that gives all replies the same score",
        copy: { rejectedRewards: "chosenRewards" },
        holds: { loss: ["\\ln 2", Math.LN2], "metrics.accuracy": ["0", 0] },
      },
    ],
    derivedIn: [
      { chapter: "03-reward-model", lines: ["rm.2", "rm.4", "rm.11", "rm.14", "rm.16"] },
      { chapter: "02-bradley-terry", lines: ["bt.5", "bt.6"] },
    ],
  },
  "optimal-policy": {
    title: "The optimal policy",
    example: { inputs: { referenceProbs: [0.5, 0.3, 0.2], rewards: [0, 1, 2] }, options: { beta: 1 } },
    source: "optimalPolicy",
    symbols: {
      p: { input: "referenceProbs", latex: "\\pi_{\\mathrm{ref}}", args: "(y \\mid x)", over: "y" },
      r: { input: "rewards", latex: "r", args: "(x, y)", over: "y" },
      beta: { option: "beta", latex: "\\beta", from: 0.2, to: 5 },
      Z: { answer: "Z", latex: "Z" },
      best: { answer: "policy", latex: "\\pi^*", args: "(y \\mid x)", over: "y" },
    },
    formulas: [
      { left: "Z", expression: "sum(p * exp(r / beta))", gives: "Z" },
      { left: "\\pi^*(y \\mid x)", expression: "p * exp(r / beta) / Z", gives: "policy" },
      { left: "\\hat r(x, y)", expression: "r - beta * log(Z)", gives: "impliedRewards" },
      {
        left: "D_{\\mathrm{KL}}(\\pi^* \\| \\pi_{\\mathrm{ref}})",
        expression: "sum(best * log(best / p))",
        gives: "kl",
      },
      { left: "J(\\pi^*)", expression: "beta * log(Z)", gives: "objective" },
    ],
    derivedIn: [
      { chapter: "04-optimal-policy", lines: ["opt.5", "opt.6", "value.6", "dual.1"] },
      { chapter: "06-dpo", lines: ["dpo.5", "dpo.6", "dpo.7"] },
    ],
  },
  "best-of-n": {
    title: "Best-of-n",
    example: { inputs: { referenceProbs: [0.2, 0.3, 0.5] }, options: { n: 4 } },
    exampleSays: "worst reply first",
    source: "bestOfN",
    symbols: {
      n: { option: "n", latex: "n", from: 2, to: 64 },
      p: { input: "referenceProbs", latex: "p", over: "t", reversed: true },
      F: { is: "discounted(p, 1)", latex: "F" },
    },
    formulas: [
      {
        left: "\\pi^{(n)}_t",
        expression: "F^n - next(F)^n",
        gives: "policy",
        reversed: true,
        sizes: { Y: 6 },
      },
      { tex: "F_t = \\sum_{s \\ge t} p_s, \\qquad t = 0, 1, \\dots \\text{ from the best reply to the worst}" },
    ],
    derivedIn: [{ chapter: "04-optimal-policy", lines: ["bon.1", "bon.4", "bon.5"] }],
  },
  agreement: {
    title: "Agreement of annotators",
    example: {
      inputs: {
        ratings: [
          [0, 0],
          [1, 1],
          [0, 1],
          [1, 1],
        ],
      },
      options: { measure: "krippendorff" },
    },
    source: "agreement",
    symbols: {
      o: { answer: "observed", latex: "\\text{observed}" },
      e: { answer: "expected", latex: "\\text{expected}" },
    },
    formulas: [
      {
        left: "\\text{agreement}",
        expression: "(o - e) / (1 - e)",
        gives: "value",
        sizes: { item: 12, annotator: 3 },
      },
    ],
    derivedIn: [{ chapter: "02-bradley-terry", lines: [] }],
  },
};

/** 1 at the second label, 0 elsewhere. */
const label = ({ labels, logits }: Record<string, unknown>): number[] =>
  (logits as number[][][])[0][0].map((_, v) => (v === (labels as number[][])[0][1] ? 1 : 0));
