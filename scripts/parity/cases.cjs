/**
 * What is compared: a trainer of TRL with a config, and our objective with the options that compute the same. `note` says
 * where the two differ by convention, and what bridges it.
 *
 * `inputs` makes our inputs from log-probs of tokens; `metrics` pairs our names with TRL's; `policy` names the batches whose
 * policy log-probs the loss depends on, the first of which is the one that TRL's gradient by tokens is of.
 */
const tf = require("@tensorflow/tfjs");
const { groupAdvantages, rloo } = require("kernel-utils");
const from = require("./inputs.cjs");
const { labels } = require("./material.cjs");
const { onPairs, preferenceCases, same } = require("./preferenceCases.cjs");

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
    options: { beta: 0.04, klImportanceWeighting: true },
    inputs: from.grpoWithReference,
    metrics: { ...clipped, kl: "kl" },
    note: "TRL's default use_bias_correction_kl multiplies k3 by the ratio, which changes the gradient even where the ratio is 1: our klImportanceWeighting, off by default",
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

const cases = [...sftCases, ...rewardCases, ...preferenceCases, ...grpoCases, ...rlooCases].map(named);

module.exports = { cases };
