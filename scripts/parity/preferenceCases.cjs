/** DPO, KTO, ORPO, CPO and SimPO; cases.cjs says what a case is. */
const from = require("./inputs.cjs");

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

module.exports = { onPairs, preferenceCases: [...dpoCases, ...ktoCases, ...orpoCases, ...cpoCases], same };
