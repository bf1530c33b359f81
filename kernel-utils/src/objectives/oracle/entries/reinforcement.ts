import { adaptiveKl } from "../../adaptiveKl";
import { type Float64Node, float64Arithmetic as m } from "../../arithmetic/float64";
import { type GaeOptions, gaeWith } from "../../gae";
import { groupAdvantagesWith, groupScales } from "../../groupAdvantages";
import { type GrpoInputs, type GrpoOptions, grpoAggregations, grpoWith } from "../../grpo";
import { type KlOptions, klEstimators, klWith } from "../../kl";
import { type PpoInputs, type PpoOptions, ppoWith } from "../../ppo";
import { missingEosRules, type PpoRewardsOptions, ppoRewardsWith, scorePositions } from "../../ppoRewards";
import { type RlooOptions, rlooWith } from "../../rloo";
import { type WhitenOptions, whitenWith } from "../../whiten";
import { type Entry, type OptionSpec, objective, type Range } from "../entry";
import type { FieldSpec } from "../fields";

const perToken = (says: string, more: Partial<FieldSpec> = {}): FieldSpec => ({ axes: ["B", "T"], says, ...more });
const mask = perToken("1 for reply tokens, EOS included; else 0", { entries: "binary" });
const perReply = (says: string, more: Partial<FieldSpec> = {}): FieldSpec => ({ axes: ["P", "G"], says, ...more });
/** One row a reply; the replies of a prompt together, or nested under it. */
const perReplyToken = (says: string, more: Partial<FieldSpec> = {}): FieldSpec => ({
  axes: ["N", "T"],
  orAxes: ["P", "G", "T"],
  optional: true,
  says,
  ...more,
});
const number = (says: string, range: Range, byDefault?: number): OptionSpec => ({
  kind: "number",
  default: byDefault,
  range,
  says,
});
const positive: Range = { above: 0 };
const notNegative: Range = { from: 0 };
const share: Range = { from: 0, to: 1 };
const choice = (says: string, choices: readonly string[], byDefault = choices[0]): OptionSpec => ({
  kind: "string",
  default: byDefault,
  choices,
  says,
});
const ddof = number(
  "0 or 1, taken off the count in the variance (TRL 1, OpenAI's code 0)",
  { ...share, whole: true },
  1,
);
const shiftMean: OptionSpec = { kind: "boolean", default: true, says: "subtract the mean" };
const clips = {
  clipLow: number("in [0, 1), the ratio's lower clip", { from: 0, below: 1 }, 0.2),
  clipHigh: number("≥ 0, the ratio's upper clip (DAPO 0.28)", notNegative, 0.2),
};

/** The reinforcement-learning family: KL estimates, advantages, clipped policy losses. */
export const reinforcementEntries: Record<string, Entry> = {
  kl: objective(
    {
      summary: "estimates of KL(π‖π_ref) on sampled tokens",
      formula: ["d = log π − log π_ref", "k1 = d    k2 = d²/2    k3 = exp(−d) − 1 + d    abs = |d|", "loss = mean"],
      inputs: {
        logps: { axes: ["B", "T"], orAxes: ["B"], says: "log π of tokens that π sampled, nats" },
        referenceLogps: { axes: ["B", "T"], orAxes: ["B"], says: "log π_ref of the same tokens" },
      },
      differentiable: ["logps", "referenceLogps"],
      options: {
        estimator: choice("which estimate (TRL PPO k1, GRPO k3, NeMo-Aligner abs)", klEstimators),
        inputClamp: number("> 0, holds d in ± this many nats; k3: 20 where absent", positive),
        outputClamp: number("> 0, holds the estimate in ± this many nats", positive),
      },
    },
    ({ logps, referenceLogps }, options) => klWith(m, { logps, referenceLogps }, options as KlOptions),
  ),
  gae: objective(
    {
      summary: "generalised advantage estimation",
      formula: ["δ_t = r_t + γ V_{t+1} − V_t", "A_t = δ_t + γλ A_{t+1}", "returns = A + V, before whitening"],
      inputs: {
        rewards: perToken("reward on each token"),
        values: perToken("value before each token"),
        mask: { ...mask, optional: true },
      },
      differentiable: [],
      options: {
        gamma: number("in [0, 1], discount of a token", share, 1),
        lambda: number("in [0, 1] (TRL 0.95, OpenRLHF 1)", share, 0.95),
        whiten: { kind: "boolean", default: false, says: "whiten the advantages over all counted tokens" },
        ddof,
        shiftMean,
      },
    },
    ({ rewards, values, mask: counted }, options) => ({
      ...gaeWith(m, { rewards, values, mask: counted }, options as GaeOptions),
      metrics: {},
    }),
  ),
  whiten: objective(
    {
      summary: "counted entries shifted to mean 0 and scaled to variance 1",
      formula: ["(x − μ) / √(σ² + 1e-8), and + μ without the shift", "σ² = Σ (x − μ)² / (count − ddof)"],
      inputs: { values: perToken("what to whiten"), mask: { ...mask, optional: true } },
      differentiable: [],
      options: { ddof, shiftMean },
    },
    ({ values, mask: counted }, options) => ({
      ...whitenWith(m, { values, mask: counted }, options as WhitenOptions),
      metrics: {},
    }),
  ),
  "ppo-rewards": objective(
    {
      summary: "reward of each token: KL penalty everywhere, score at the end",
      formula: ["r_t = −β kl_t + [t is the score's position] score"],
      inputs: {
        logps: perToken("log π of the sampled tokens, nats"),
        referenceLogps: perToken("log π_ref of the same tokens"),
        scores: { axes: ["B"], says: "score of each reply" },
        lengths: { axes: ["B"], entries: "count", says: "tokens of each reply up to and with EOS" },
        containsEos: { axes: ["B"], entries: "boolean", optional: true, says: "whether the reply ended by itself" },
      },
      differentiable: [],
      options: {
        klCoefficient: number("β ≥ 0 (TRL 0.05, OpenRLHF 0.01)", notNegative, 0.05),
        estimator: choice("which estimate of the KL", klEstimators),
        scorePosition: choice("where the score lands (TRL after-eos)", scorePositions),
        missingEos: choice("a reply without EOS loses (TRL) or scores (OpenAI) the penalty", missingEosRules),
        missingEosPenalty: number("≥ 0", notNegative, 1),
      },
    },
    ({ logps, referenceLogps, scores, lengths, containsEos }, options) =>
      ppoRewardsWith(
        m,
        {
          logps,
          referenceLogps,
          scores,
          lengths: [...lengths.values],
          containsEos: containsEos && Array.from(containsEos.values, Boolean),
        },
        options as PpoRewardsOptions,
      ),
  ),
  ppo: objective(
    {
      summary: "proximal policy optimisation: clipped policy and value losses",
      formula: [
        "r = exp(clamp(log π − log π_old, ±logRatioClamp))",
        "policy = mean_mask max(−A r, −A clip(r, 1 − clipLow, 1 + clipHigh)); dual clip: at most −c A where A < 0",
        "value = ½ mean_valueMask max((V − R)², (V_old + clip(V − V_old, ±valueClip) − R)²)",
        "L = policy + valueCoefficient · value",
      ],
      inputs: {
        logps: perToken("log π, nats"),
        oldLogps: perToken("log π_old of the policy that sampled"),
        advantages: perToken("A, a constant"),
        mask,
        values: perToken("V", { optional: true }),
        oldValues: perToken("V when sampled; without it no value clip", { optional: true }),
        returns: perToken("R, with values", { optional: true }),
        valueMask: { ...mask, optional: true, says: "tokens of the value loss; mask where absent" },
      },
      differentiable: ["logps", "values"],
      options: {
        ...clips,
        dualClip: number("c > 1; none where absent", { above: 1 }),
        valueClip: number("> 0 (TRL 0.2, OpenRLHF 0.5); a large number for none", positive, 0.2),
        valueCoefficient: number("≥ 0", notNegative, 0.1),
        logRatioClamp: number("> 0, nats", positive, 20),
      },
    },
    (nodes, options) => ({ ...ppoWith(m, nodes as unknown as PpoInputs<Float64Node>, options as PpoOptions) }),
  ),
  "adaptive-kl": {
    summary: "the controller that steers the KL coefficient to a target",
    formula: ["e = clip(kl/target − 1, ±0.2)", "β ← β (1 + e · steps/horizon)"],
    inputs: { observedKl: { axes: ["updates"], says: "mean KL of a reply at each update, nats" } },
    differentiable: [],
    options: {
      initial: number("β before the first update, > 0", positive, 0.15),
      target: number("wanted KL, nats, > 0", positive, 6),
      horizon: number("episodes, > 0", positive, 10_000),
      steps: number("episodes an update, > 0; has to be given", positive),
    },
    answer: ({ observedKl }, options) =>
      adaptiveKl(observedKl.values, options as unknown as Parameters<typeof adaptiveKl>[1]),
  },
  rloo: objective(
    {
      summary: "REINFORCE leave-one-out: each reply against the mean of its siblings",
      formula: ["R = reward − β KL", "baseline_i = Σ_{j≠i} R_j / (G − 1)", "A_i = R_i − baseline_i"],
      inputs: {
        rewards: perReply("reward of each reply to each prompt"),
        sequenceKl: perReply("KL of each reply, nats", { optional: true }),
      },
      differentiable: [],
      options: { beta: number("≥ 0, weight of sequenceKl (TRL 0.05)", notNegative, 0) },
    },
    ({ rewards, sequenceKl }, options) => ({
      ...rlooWith(m, { rewards, sequenceKl }, options as RlooOptions),
      metrics: {},
    }),
  ),
  grpo: objective(
    {
      summary: "group relative policy optimisation, with Dr. GRPO's and DAPO's choices",
      formula: [
        "A_i = (r_i − mean r) / (std + epsilonStd)",
        "l = max(−A r, −A clip(r, 1 − clipLow, 1 + clipHigh)) + β k3; with klImportanceWeighting + β r k3",
        "sequence-mean: mean of row means; token-mean: over all tokens; fixed-length: row sums / maxLength, mean",
        "DAPO: token-mean, clipHigh 0.28.  Dr. GRPO: scale none, fixed-length",
      ],
      inputs: {
        rewards: perReply("reward of each reply to each prompt"),
        logps: perReplyToken("log π, nats; [P·G][T] or [P][G][T]; with oldLogps and mask"),
        oldLogps: perReplyToken("log π_old of the policy that sampled"),
        referenceLogps: perReplyToken("log π_ref, for beta > 0"),
        mask: perReplyToken("1 for reply tokens, EOS included; else 0", { entries: "binary" }),
      },
      differentiable: ["logps"],
      together: [["logps", "oldLogps", "mask"]],
      options: {
        scale: choice("what the standard deviation is taken over", groupScales),
        ddof,
        epsilonStd: number("≥ 0 (NeMo RL 1e-6, OpenRLHF 1e-9, HALOs 1e-2)", notNegative, 1e-4),
        ...clips,
        beta: number("β ≥ 0, the weight of k3 in the loss", notNegative, 0),
        klImportanceWeighting: {
          kind: "boolean",
          default: false,
          says: "k3 times the ratio, whose gradient is the KL's (true in TRL)",
        },
        aggregation: choice("how tokens are averaged (TRL token-mean)", grpoAggregations),
        maxLength: number("> 0, what fixed-length divides by; T where absent", positive),
      },
    },
    ({ rewards, ...tokens }, options) => {
      if (!tokens.logps) return { advantages: groupAdvantagesWith(m, rewards, options as GrpoOptions), metrics: {} };
      const shape = tokens.logps.shape;
      const rows = [shape.slice(0, -1).reduce((product, n) => product * n, 1), shape[shape.length - 1]];
      const flat = Object.fromEntries(Object.entries(tokens).map(([field, node]) => [field, m.reshape(node, rows)]));
      const inputs = { rewards, ...flat } as unknown as GrpoInputs<Float64Node>;
      const { perToken: losses, perExample, ...answer } = grpoWith(m, inputs, options as GrpoOptions);
      return {
        ...answer,
        perToken: m.reshape(losses, shape),
        perExample: m.reshape(perExample, shape.slice(0, -1)),
      };
    },
  ),
};
