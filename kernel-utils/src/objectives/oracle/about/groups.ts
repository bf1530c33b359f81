/** KL estimates, advantages, and the group methods. */
import { type About, flat } from "./about";
import { ddof, high, low, oneRow, overTime, policy, reference } from "./tokens";

const estimate = (estimator: string, expression: string) => ({
  left: `\\mathrm{${estimator}}_t`,
  expression,
  gives: "perToken",
  when: { estimator },
  sizes: oneRow,
});

export const groupAbouts: Record<string, About> = {
  kl: {
    title: "Estimates of a KL divergence",
    example: { inputs: { logps: [-1, -2.5], referenceLogps: [-1.5, -2] }, options: { estimator: "k3" } },
    source: "kl",
    symbols: { p: policy, q: reference, d: { is: "p - q", latex: "d" } },
    formulas: [
      { ...estimate("k1", "p - q"), left: "d_t" },
      estimate("k1", "d"),
      estimate("k2", "d^2 / 2"),
      estimate("k3", "exp(-d) - 1 + d"),
      estimate("abs", "abs(d)"),
    ],
    initial: [
      {
        says: "policy equals reference",
        copy: { logps: "referenceLogps" },
        holds: { loss: ["0", 0] },
      },
    ],
    derivedIn: [
      { chapter: "04-optimal-policy", lines: ["kl.1", "kl.2", "kl.3", "kl.6", "kl.7"] },
      { chapter: "05-ppo", lines: ["ppo.23", "ppo.24", "ppo.25"] },
    ],
  },
  gae: {
    title: "Generalised advantage estimation",
    example: { inputs: { rewards: [[0, 0, 1]], values: [[0.2, 0.4, 0.7]] }, options: { gamma: 1, lambda: 0.95 } },
    optionalInputs: { mask: [[1, 1, 1]] },
    source: "gae",
    symbols: {
      r: overTime("rewards", "r"),
      V: overTime("values", "V"),
      gamma: { option: "gamma", latex: "\\gamma", from: 0.5, to: 1 },
      lambda: { option: "lambda", latex: "\\lambda", from: 0.2, to: 1 },
      delta: { is: "r + gamma * next(V) - V", latex: "\\delta" },
      A: { answer: "advantages", latex: "A", over: "t" },
    },
    formulas: [
      {
        left: "\\delta_t",
        expression: "r + gamma * next(V) - V",
        gives: "advantages",
        when: { lambda: 0 },
        sizes: oneRow,
      },
      { left: "A_t", expression: "discounted(delta, gamma * lambda)", gives: "advantages", sizes: oneRow },
      { left: "A_t", expression: "delta + gamma * lambda * next(A)", gives: "advantages", sizes: oneRow },
      { left: "R_t", expression: "A + V", gives: "returns", sizes: oneRow },
    ],
    derivedIn: [{ chapter: "05-ppo", lines: ["ppo.13", "ppo.14", "ppo.17", "ppo.18"] }],
  },
  whiten: {
    title: "Whitening",
    example: { inputs: { values: [[1, 2, 3, 6]] } },
    optionalInputs: { mask: [[1, 1, 1, 0]] },
    source: "whiten",
    symbols: {
      x: { input: "values", latex: "x", over: "t" },
      n: { read: ({ inputs }) => flat(inputs.values).length, latex: "n" },
      d: ddof,
      mu: { is: "mean(x)", latex: "\\mu" },
      v: { is: "sum((x - mu)^2) / (n - d)", latex: "\\sigma^2" },
    },
    formulas: [
      {
        left: "\\tilde x_t",
        expression: "(x - mu) / sqrt(v + 10^(-8))",
        gives: "whitened",
        sizes: oneRow,
        equivalent: { "(x - mu) / sqrt(v + 11^(-8))": "both numbers vanish beside the variance" },
      },
      {
        left: "\\tilde x_t",
        expression: "mu + (x - mu) / sqrt(v + 10^(-8))",
        gives: "whitened",
        when: { shiftMean: false },
        sizes: oneRow,
      },
      {
        tex: "\\mu = \\frac1n \\sum_t x_t, \\qquad \\sigma^2 = \\frac{1}{n - d} \\sum_t (x_t - \\mu)^2, \\qquad d = \\text{ddof}",
      },
    ],
    derivedIn: [{ chapter: "05-ppo", lines: ["ppo.20"] }],
  },
  rloo: {
    title: "REINFORCE leave-one-out",
    example: { inputs: { rewards: [[1, 2, 6]] } },
    exampleSays: "each reward against the mean of the other two",
    optionalInputs: { sequenceKl: [[0, 1, 2]] },
    source: "rloo",
    symbols: {
      r: { input: "rewards", latex: "r", over: "i" },
      k: { input: "sequenceKl", latex: "\\mathrm{kl}", over: "i" },
      beta: { option: "beta", latex: "\\beta", from: 0.05, to: 1 },
      n: { read: ({ inputs }) => flat(inputs.rewards).length, latex: "G" },
      R: { is: "r - beta * k", latex: "R", args: "_{i}" },
      b: { answer: "baselines", latex: "b", over: "i" },
    },
    formulas: [
      { left: "b_i", expression: "(sum(R) - R) / (n - 1)", gives: "baselines", sizes: { P: 1, G: 4 } },
      { left: "A_i", expression: "R - b", gives: "advantages", sizes: { P: 1, G: 4 } },
      { tex: "R_i = r_i - \\beta\\, \\mathrm{kl}_i" },
    ],
    derivedIn: [{ chapter: "05-ppo", lines: ["ppo.4", "ppo.5"] }],
  },
  grpo: {
    title: "Group relative policy optimisation",
    example: {
      inputs: {
        rewards: [[1, 0]],
        logps: [
          [-0.8, -1.5],
          [-1.2, -0.4],
        ],
        oldLogps: [
          [-1, -1.4],
          [-1, -0.5],
        ],
        mask: [
          [1, 1],
          [1, 0],
        ],
      },
    },
    exampleSays: "two replies to one prompt, the first rewarded; the second has one token",
    optionalInputs: {
      referenceLogps: [
        [-1, -1.5],
        [-1, -0.5],
      ],
    },
    source: "grpo",
    symbols: {
      r: { input: "rewards", latex: "r", over: "i" },
      n: { read: ({ inputs }) => flat(inputs.rewards).length, latex: "G" },
      d: ddof,
      tiny: { option: "epsilonStd", latex: "\\epsilon", from: 0.001, to: 0.5 },
      A: { answer: "advantages", latex: "A", over: "i" },
      p: { input: "logps", latex: "\\log \\pi_\\theta(y_{i,t})", args: "", over: "i" },
      o: { input: "oldLogps", latex: "\\log \\pi_{\\mathrm{old}}(y_{i,t})", args: "", over: "i" },
      q: { input: "referenceLogps", latex: "\\log \\pi_{\\mathrm{ref}}(y_{i,t})", args: "", over: "i" },
      low,
      high,
      beta: { option: "beta", latex: "\\beta", from: 0.02, to: 1 },
      rho: { is: "exp(p - o)", latex: "\\rho", args: "_{i,t}" },
    },
    formulas: [
      {
        left: "A_i",
        expression: "(r - mean(r)) / (sqrt(sum((r - mean(r))^2) / (n - d)) + tiny)",
        gives: "advantages",
        when: { scale: "group" },
        sizes: { P: 1, G: 4, N: 4, T: 1 },
      },
      {
        left: "A_i",
        expression: "r - mean(r)",
        gives: "advantages",
        when: { scale: "none" },
        sizes: { P: 1, G: 4, N: 4, T: 1 },
      },
      {
        left: "\\ell_{i,t}",
        expression: "max(-A * rho, -A * clip(rho, 1 - low, 1 + high)) + beta * (exp(q - p) - 1 + p - q)",
        gives: "perToken",
        sizes: { P: 1, G: 4, N: 4, T: 1 },
      },
      {
        tex: "\\rho_{i,t} = \\frac{\\pi_\\theta(y_{i,t} \\mid x, y_{i,<t})}{\\pi_{\\mathrm{old}}(y_{i,t} \\mid x, y_{i,<t})}",
      },
      {
        tex: "\\mathcal{L} = \\frac1N \\sum_i \\frac{1}{|y_i|} \\sum_t \\ell_{i,t}",
        when: { aggregation: "sequence-mean" },
      },
      {
        tex: "\\mathcal{L} = \\frac{1}{\\sum_i |y_i|} \\sum_i \\sum_t \\ell_{i,t}",
        when: { aggregation: "token-mean" },
      },
      {
        tex: "\\mathcal{L} = \\frac1N \\sum_i \\frac{1}{T_{\\max}} \\sum_t \\ell_{i,t}",
        when: { aggregation: "fixed-length" },
      },
    ],
    initial: [
      {
        says: "policy equals the one that sampled",
        copy: { logps: "oldLogps" },
        holds: { "metrics.policy/approxkl": ["0", 0], "metrics.policy/clipfrac": ["0", 0] },
      },
    ],
    derivedIn: [{ chapter: "05-ppo", lines: ["ppo.4", "ppo.8", "ppo.24"] }],
  },
};
