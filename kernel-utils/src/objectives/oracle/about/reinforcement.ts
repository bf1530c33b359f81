/** Rewards of tokens, clipped policy losses, the controller of the KL. */
import { type About, flat } from "./about";
import { high, low, old, oneRow, overTime, policy, reference } from "./tokens";

export const reinforcementAbouts: Record<string, About> = {
  "ppo-rewards": {
    title: "Rewards of tokens",
    example: {
      inputs: {
        logps: [[-1, -2, -0.5]],
        referenceLogps: [[-1.5, -1, -0.5]],
        scores: [2],
        lengths: [3],
      },
      options: { klCoefficient: 0.05 },
    },
    exampleSays: "the score lands on the third token",
    optionalInputs: { containsEos: [true] },
    source: "ppoRewards",
    symbols: {
      p: policy,
      q: reference,
      s: { read: ({ inputs }) => flat(inputs.scores)[0], latex: "s" },
      e: { read: ({ inputs }) => lastToken(inputs), latex: "\\mathbb{1}[t = T]", args: "", over: "t" },
      beta: { option: "klCoefficient", latex: "\\beta", from: 0.02, to: 1 },
    },
    formulas: [
      {
        left: "r_t",
        expression: "-beta * (p - q) + e * s",
        gives: "rewards",
        when: { estimator: "k1" },
        fill: { lengths: 5 },
        sizes: oneRow,
      },
    ],
    initial: [
      {
        says: "policy equals reference",
        copy: { logps: "referenceLogps" },
        holds: { "metrics.objective/kl": ["0", 0] },
      },
    ],
    derivedIn: [{ chapter: "05-ppo", lines: ["ppo.22"] }],
  },
  ppo: {
    title: "Proximal policy optimisation",
    example: {
      inputs: {
        logps: [[-0.8, -1.5]],
        oldLogps: [[-1, -1]],
        advantages: [[1, -1]],
        mask: [[1, 1]],
      },
    },
    optionalInputs: { values: [[0.5, 0.2]], oldValues: [[0.1, 0.3]], returns: [[1, 0]], valueMask: [[1, 1]] },
    source: "ppo",
    symbols: {
      p: policy,
      o: old,
      A: overTime("advantages", "A"),
      V: overTime("values", "V"),
      W: overTime("oldValues", "V^{\\mathrm{old}}"),
      R: overTime("returns", "R"),
      low,
      high,
      c: { option: "logRatioClamp", latex: "c_{\\mathrm{ratio}}", from: 0.5, to: 2 },
      dual: { option: "dualClip", latex: "c", from: 1.1, to: 3 },
      clip: { option: "valueClip", latex: "\\varepsilon_V", from: 0.1, to: 1 },
      coefficient: { option: "valueCoefficient", latex: "c_V", from: 0.05, to: 1 },
      rho: { answer: "ratio", latex: "\\rho", over: "t" },
      lp: { answer: "policyLoss", latex: "\\mathcal{L}_\\pi" },
      lv: { answer: "valueLoss", latex: "\\mathcal{L}_V" },
    },
    formulas: [
      { left: "\\rho_t", expression: "exp(clip(p - o, -c, c))", gives: "ratio", sizes: oneRow },
      {
        left: "\\mathcal{L}_\\pi",
        expression: "mean(max(-A * rho, -A * clip(rho, 1 - low, 1 + high)))",
        gives: "policyLoss",
        sizes: oneRow,
      },
      {
        left: "\\mathcal{L}_V",
        expression: "mean(max((V - R)^2, (W + clip(V - W, -clip, clip) - R)^2)) / 2",
        gives: "valueLoss",
        sizes: oneRow,
      },
      { left: "\\mathcal{L}", expression: "lp + coefficient * lv", gives: "loss", sizes: oneRow },
    ],
    initial: [
      {
        says: "policy equals the one that sampled",
        copy: { logps: "oldLogps" },
        holds: { "metrics.policy/approxkl": ["0", 0], "metrics.policy/clipfrac": ["0", 0] },
      },
    ],
    derivedIn: [{ chapter: "05-ppo", lines: ["ppo.8", "ppo.10", "ppo.11", "ppo.12", "ppo.19"] }],
  },
  "adaptive-kl": {
    title: "The adaptive KL coefficient",
    example: { inputs: { observedKl: [9, 7, 4] }, options: { initial: 0.15, target: 6, horizon: 10000, steps: 256 } },
    source: "adaptiveKl",
    symbols: {
      k: { input: "observedKl", latex: "k", args: "", over: "i" },
      beta: { option: "initial", latex: "\\beta", from: 0.02, to: 1 },
      target: { option: "target", latex: "k_{\\mathrm{target}}", from: 1, to: 8 },
      H: { option: "horizon", latex: "H", from: 100, to: 1000 },
      n: { option: "steps", latex: "n", from: 10, to: 90 },
    },
    formulas: [
      {
        left: "\\beta'",
        expression: "beta * (1 + clip(k / target - 1, -0.2, 0.2) * n / H)",
        gives: "coefficients",
        sizes: { updates: 1 },
      },
    ],
    derivedIn: [{ chapter: "05-ppo", lines: [] }],
  },
};

/** 1 at the last token, 0 elsewhere. */
const lastToken = ({ logps }: Record<string, unknown>): number[] =>
  flat(logps).map((_, t, all) => (t === all.length - 1 ? 1 : 0));
