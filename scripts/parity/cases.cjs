/**
 * What is compared: a trainer of TRL with a config, and our objective with the options that compute the same. `note` says
 * where the two differ by convention, and what bridges it.
 *
 * `inputs` makes our inputs from log-probs of tokens; `metrics` pairs our names with TRL's; `policy` names the batches whose
 * policy log-probs the loss depends on, the first of which is the one that TRL's gradient by tokens is of. `differs` marks
 * what no option of ours reproduces: such a case must be off.
 */
const tf = require("@tensorflow/tfjs");
const { groupAdvantages, rloo } = require("kernel-utils");
const from = require("./inputs.cjs");
const { labels } = require("./material.cjs");

const same = (...names) => Object.fromEntries(names.map((name) => [name, name]));
const rewards = ["rewards/chosen", "rewards/rejected", "rewards/margins"];
const pairMetrics = same(...rewards, "rewards/accuracies", "logps/chosen", "logps/rejected");

const dpoCase = (config, options, more = {}) => ({
  family: "dpo",
  config: { beta: 0.25, ...config },
  objective: "dpo",
  options: { beta: 0.25, ...options },
  inputs: from.pairs,
  metrics: pairMetrics,
  policy: ["pairs"],
  ...more,
});

const withLengths = { inputs: from.pairsWithLengths };
const smoothing = { label_smoothing: 0.1 };
const labelSmoothing = 0.1;

const dpoCases = [
  dpoCase({ loss_type: "sigmoid" }, {}),
  dpoCase(
    { loss_type: "sigmoid", ...smoothing },
    {},
    {
      note: "TRL's sigmoid leaves ε out, without a word: ours without labelSmoothing. Of its loss types only `exo_pair`, `robust`, `aot` and `aot_unpaired` take it",
    },
  ),
  dpoCase({ loss_type: "hinge" }, { variant: "hinge" }),
  dpoCase(
    { loss_type: "ipo" },
    { beta: undefined, tau: 0.25, logps: "mean" },
    {
      objective: "ipo",
      ...withLengths,
      note: "TRL's IPO compares means over tokens and calls τ beta: our ipo with logps mean. Our default, and dpo's variant ipo, are on sums",
    },
  ),
  dpoCase(
    { loss_type: "exo_pair", ...smoothing },
    { variant: "exo", labelSmoothing },
    { note: "at ε = 0 TRL refuses, ours takes 0.001" },
  ),
  dpoCase({ loss_type: "nca_pair" }, { variant: "nca" }),
  dpoCase({ loss_type: "robust", ...smoothing }, { variant: "robust", labelSmoothing }),
  dpoCase(
    { loss_type: "bco_pair" },
    { variant: "bco" },
    { note: "without the reward shift δ of the paper, which is our objective bco's" },
  ),
  dpoCase({ loss_type: "sppo_hard" }, { variant: "sppo" }),
  dpoCase({ loss_type: "aot", ...smoothing }, { variant: "aot", labelSmoothing }),
  dpoCase({ loss_type: "aot_unpaired", ...smoothing }, { variant: "aot-unpaired", labelSmoothing }),
  dpoCase({ loss_type: "apo_zero" }, { variant: "apo-zero" }),
  dpoCase({ loss_type: "apo_down" }, { variant: "apo-down" }),
  dpoCase({ loss_type: "discopop", discopop_tau: 0.3 }, { variant: "discopop", discopopTau: 0.3 }),
  dpoCase(
    { loss_type: "sigmoid_norm", beta: 2 },
    { variant: "sigmoid-norm", beta: 2 },
    { ...withLengths, note: "the logged rewards stay β times sums, in both" },
  ),
  dpoCase({ loss_type: "sft" }, undefined, {
    objective: "sft",
    options: {},
    inputs: from.sftOfChosen,
    metrics: {},
    note: "a term to be mixed in: our sft of the chosen replies, reduction token",
  }),
  ...["forward_kl", "js_divergence", "alpha_divergence"].flatMap((f_divergence_type) => {
    const divergence = { forward_kl: "forward-kl", js_divergence: "js", alpha_divergence: "alpha" }[f_divergence_type];
    const config = f_divergence_type === "alpha_divergence" ? { f_alpha_divergence_coef: 0.3 } : {};
    const options = divergence === "alpha" ? { alpha: 0.3 } : {};
    return [
      dpoCase({ loss_type: "sigmoid", f_divergence_type, ...config }, { divergence, ...options }),
      dpoCase({ loss_type: "hinge", f_divergence_type, ...config }, { divergence, ...options, variant: "hinge" }),
    ];
  }),
];

const ktoMetrics = same(...rewards, "logps/chosen", "logps/rejected", "kl");
const kto = {
  family: "kto",
  objective: "kto",
  inputs: from.kto("mismatched"),
  metrics: ktoMetrics,
  policy: ["labelled", "mismatched"],
};
const ktoCases = [
  { ...kto, config: { beta: 0.25 }, options: { beta: 0.25 } },
  {
    ...kto,
    config: { beta: 0.25, replies: "mismatchedBelow" },
    options: { beta: 0.25 },
    inputs: from.kto("mismatchedBelow"),
    policy: ["labelled", "mismatchedBelow"],
    note: "another pairing of prompts with replies than TRL's (not an option there), whose estimate of the KL is below 0: both take 0",
  },
  {
    ...kto,
    config: { beta: 0.25, desirable_weight: 1.3, undesirable_weight: 0.8 },
    options: { beta: 0.25, desirableWeight: 1.3, undesirableWeight: 0.8 },
  },
  {
    ...kto,
    config: { beta: 0.25, loss_type: "apo_zero_unpaired" },
    options: { beta: 0.25 },
    inputs: from.ktoWithoutKl,
    policy: ["labelled"],
    note: "KTO without the KL: klPolicyLogps equal to klReferenceLogps",
  },
];

const nll = { nll_loss: "nll_loss" };
const onPairs = ["pairs"];
const pairRewards = same(...rewards, "rewards/accuracies");
const orpoCases = [
  {
    family: "orpo",
    config: { beta: 0.3 },
    objective: "orpo",
    options: { lambda: 0.3 },
    inputs: from.orpo,
    metrics: { ...pairRewards, ...nll },
    policy: ["pairs", "documents"],
    note: "TRL's NLL runs over prompt and reply, all rows in one mean: chosenNll is an input of ours. Its beta is our lambda, its logps/chosen a mean",
  },
];

const cpo = { family: "cpo", objective: "cpo", inputs: from.cpo, metrics: { ...pairMetrics, ...nll }, policy: onPairs };
const cpoCases = [
  { ...cpo, config: { beta: 0.25, cpo_alpha: 0.7 }, options: { beta: 0.25, alpha: 0.7 } },
  {
    ...cpo,
    config: { beta: 0.25, label_smoothing: 0.2 },
    options: { beta: 0.25, labelSmoothing: 0.2 },
  },
  {
    ...cpo,
    config: { beta: 2.5, loss_type: "simpo", simpo_gamma: 0.8, cpo_alpha: 0 },
    objective: "simpo",
    options: { beta: 2.5, gamma: 0.8, gammaMeaning: "absolute" },
    inputs: from.meanPairs,
    metrics: pairRewards,
    note: "TRL's γ is the shift itself: gammaMeaning absolute; ours and the paper's scripts set γ/β. With cpo_alpha left at 1 TRL adds CPO's NLL",
  },
  {
    ...cpo,
    config: { beta: 0.25, loss_type: "hinge", cpo_alpha: 0 },
    objective: "dpo",
    options: { beta: 0.25, variant: "hinge" },
    inputs: from.withoutReference(from.sums),
    metrics: pairMetrics,
    note: "our dpo, variant hinge, with reference log-probs of 0",
  },
  {
    ...cpo,
    config: { beta: 0.25, loss_type: "ipo", cpo_alpha: 0 },
    objective: "ipo",
    options: { tau: 0.25 },
    inputs: from.withoutReference(from.meansOf),
    metrics: pairMetrics,
    note: "our ipo on mean log-probs, with reference log-probs of 0",
  },
];

const sftCases = [
  {
    family: "sft",
    config: {},
    objective: "sft",
    options: {},
    inputs: from.sft,
    metrics: {},
    policy: onPairs,
    note: "reduction token. With gradient accumulation TRL divides by the tokens of all parts, as our trainer does",
  },
];

const reward = { family: "reward", objective: "reward-model", metrics: same("accuracy", "margin"), policy: ["scores"] };
const rewardCases = [
  { ...reward, config: {}, options: {}, inputs: from.rewardModel },
  {
    ...reward,
    config: { margins: true },
    options: {},
    inputs: from.rewardModelWithMargins,
    note: "margins are a column of the data, `margin` in TRL",
  },
  { ...reward, config: { center_rewards_coefficient: 0.2 }, options: { centering: 0.2 }, inputs: from.rewardModel },
];

const clipped = { "policy/clipfrac": "clip_ratio/region_mean" };
const grpo = { family: "grpo", objective: "grpo", inputs: from.grpo, metrics: clipped, policy: ["groups"] };
const grpoCases = [
  { ...grpo, config: { loss_type: "grpo" }, options: {} },
  {
    ...grpo,
    config: { loss_type: "grpo", beta: 0.04, use_bias_correction_kl: false },
    options: { beta: 0.04 },
    inputs: from.grpoWithReference,
    metrics: { ...clipped, kl: "kl" },
    note: "the KL of the paper; TRL's default is the one of the next row",
  },
  {
    ...grpo,
    config: { loss_type: "grpo", beta: 0.04 },
    options: { beta: 0.04 },
    inputs: from.grpoWithReference,
    metrics: { ...clipped, kl: "kl" },
    differs: true,
    note: "TRL's default use_bias_correction_kl multiplies k3 by the ratio, which changes the gradient even where the ratio is 1. Ours has no option for it; set it to false there",
  },
  {
    ...grpo,
    config: { loss_type: "bnpo", scale_rewards: "batch" },
    options: { aggregation: "token-mean", scale: "batch" },
  },
  {
    ...grpo,
    config: { loss_type: "dapo", epsilon_high: 0.28 },
    options: { aggregation: "token-mean", clipHigh: 0.28 },
    note: "TRL's default. It divides by the tokens of the whole generation batch, over all steps and processes; ours by those given: the same where one step takes the whole batch",
  },
  {
    ...grpo,
    config: { loss_type: "dr_grpo", scale_rewards: "none", max_completion_length: 16 },
    options: { aggregation: "fixed-length", scale: "none", maxLength: 16 },
    note: "TRL's loss_type dr_grpo still divides by the standard deviation unless scale_rewards is none",
  },
  {
    ...grpo,
    config: { loss_type: "grpo", importance_sampling_level: "sequence" },
    options: {},
    inputs: from.gspo,
    note: "GSPO: one ratio a reply, of mean log-probs: our grpo with one column of means. clip_ratio then counts replies",
  },
  {
    ...grpo,
    config: { loss_type: "bnpo", delta: 1.22 },
    objective: "ppo",
    options: { dualClip: 1.22 },
    inputs: ({ groups }) => ({
      ...from.grpo({ groups }),
      rewards: undefined,
      advantages: from.perTokenAdvantages(groupAdvantages(tf.tensor2d(labels.rewards)), groups.policy),
    }),
    metrics: {},
    note: "TRL's delta is the dual clip of our ppo, given the group's advantages",
  },
];

const rlooInputs =
  (beta) =>
  ({ groups }) => {
    const { old, reference } = groups;
    const kl = tf.sub(from.sums(old), from.sums(reference));
    const { advantages } = rloo(
      { rewards: tf.tensor2d(labels.rewards), sequenceKl: tf.reshape(kl, [labels.rewards.length, -1]) },
      { beta },
    );
    const one = from.asOneToken(from.sums, groups);
    return { ...one, advantages: from.perTokenAdvantages(advantages, one) };
  };
const rlooCases = [0, 0.05].map((beta) => ({
  family: "rloo",
  config: { beta },
  objective: "ppo",
  options: {},
  inputs: rlooInputs(beta),
  metrics: clipped,
  policy: ["groups"],
  note: "one ratio a reply, of summed log-probs: our rloo gives the advantages, our clipped loss takes a column of sums",
}));

const named = (one) => ({
  ...one,
  name: [one.family, ...Object.entries(one.config).map((pair) => pair.join(" "))].join(", "),
});

const cases = [
  ...sftCases,
  ...rewardCases,
  ...dpoCases,
  ...ktoCases,
  ...orpoCases,
  ...cpoCases,
  ...grpoCases,
  ...rlooCases,
].map(named);

module.exports = { cases };
