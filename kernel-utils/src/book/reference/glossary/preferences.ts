import { type GlossaryTerm, term } from "./term";

const bt = "02-bradley-terry";
const rm = "03-reward-model";
const dpo = "06-dpo";
const ipo = "07-ipo";
const kto = "08-kto";
const orpo = "09-orpo";

/** Comparisons, reward models, and learning from preferences directly. */
export const preferenceTerms: readonly GlossaryTerm[] = [
  term("preference", bt, "A judgement that of two replies to the same prompt one is better.", {
    aliases: ["preferences"],
  }),
  term("chosen reply", dpo, "Of two compared replies the one that was preferred; written y_w, w for winner.", {
    aliases: ["chosen replies"],
  }),
  term("rejected reply", dpo, "Of two compared replies the one that was not preferred; written y_l, l for loser.", {
    aliases: ["rejected replies"],
  }),
  term(
    "Bradley–Terry model",
    bt,
    "Each reply has a strength, and one is preferred with the sigmoid of the difference of the two. Only differences can be learnt from comparisons.",
    { aliases: ["Bradley–Terry", "Bradley and Terry"], equation: "bt.2" },
  ),
  term("sigmoid", dpo, "The logistic function 1/(1 + e^−z): it turns a difference of scores into a probability.", {
    aliases: ["logistic function"],
  }),
  term(
    "Elo rating",
    bt,
    "Chess's scale of strength: Bradley–Terry with other units, where 400 points are odds of ten to one.",
    { aliases: ["Elo"], equation: "bt.23" },
  ),
  term(
    "tie",
    bt,
    "A comparison without a winner. As accuracy it counts as wrong here: policy and reference being equal is no merit.",
    { aliases: ["ties"] },
  ),
  term(
    "label noise",
    bt,
    "Labels that say the opposite of what was meant, for a share ε of the comparisons. It sets a floor below which no loss can honestly go.",
    { aliases: ["flipped labels"], equation: "bt.21" },
  ),
  term(
    "Krippendorff's α",
    bt,
    "How much more often people agree than chance alone would make them: 1 for perfect agreement, 0 for what chance gives.",
    { aliases: ["Krippendorff"] },
  ),
  term(
    "reward model",
    rm,
    "A network with one number as its output, fitted to comparisons so that the preferred reply scores higher.",
    { aliases: ["reward models"], equation: "rm.2" },
  ),
  term(
    "margin",
    rm,
    "By how much one reply of a pair is ahead of the other: in scores for a reward model, in log-ratios for DPO.",
    { aliases: ["margins"] },
  ),
  term("calibration", rm, "Whether what is called 80 % likely happens in 80 % of the cases.", {
    aliases: ["calibrated"],
    equation: "ece",
  }),
  term("centering", rm, "A small pull of rewards towards 0, as comparisons leave their common level free.", {
    aliases: ["centring"],
    equation: "rm.15",
  }),
  term(
    "over-optimisation",
    rm,
    "Climbing a learnt reward past the point where it still means anything: the proxy rises, the gold reward falls.",
    { aliases: ["over-optimised", "reward hacking"] },
  ),
  term("proxy", rm, "What is optimised in place of what is wanted, such as a reward model for people's judgement.", {
    aliases: ["proxy reward"],
  }),
  term(
    "best-of-n",
    "04-optimal-policy",
    "Draw n replies and keep the one with the highest reward: a policy without any training.",
    { equation: "best-of-n" },
  ),
  term(
    "implicit reward",
    dpo,
    "The reward for which a policy is optimal, up to a constant for each prompt: β times its log-ratio to the reference.",
    { equation: "dpo.7" },
  ),
  term(
    "log-ratio",
    dpo,
    "The log-probability of a reply under the policy minus that under the reference: how many nats training has moved it.",
    { aliases: ["log-ratios"] },
  ),
  term(
    "DPO",
    dpo,
    "Direct Preference Optimization: fit the preferences with the policy's own implicit reward in the place of a reward model.",
    { aliases: ["Direct Preference Optimization"], equation: "dpo.10" },
  ),
  term(
    "label smoothing",
    dpo,
    "A share ε of every label is given to the other side, as if that many labels were flipped. It gives the margin a best value that is finite.",
    { aliases: ["cDPO"], equation: "dpo.14" },
  ),
  term(
    "likelihood displacement",
    dpo,
    "Both replies of a pair become less likely while the margin grows: only the difference is trained.",
  ),
  term(
    "IPO",
    ipo,
    "Identity Preference Optimization: pull the margin to a finite target instead of pushing it for ever.",
    { aliases: ["Identity Preference Optimization"], equation: "ipo.21" },
  ),
  term(
    "opponent",
    ipo,
    "The policy whose replies one's own are compared with; an objective over preferences has to name one.",
  ),
  term(
    "KTO",
    kto,
    "Kahneman–Tversky Optimization: learn from single replies with a thumb up or down, valued against a reference point.",
    { aliases: ["Kahneman–Tversky Optimization"], equation: "kto.4" },
  ),
  term(
    "reference point",
    kto,
    "What gains and losses are counted from; in KTO an estimate of how far the policy has moved on average.",
    { aliases: ["z0"], equation: "z0" },
  ),
  term("desirable", kto, "A reply with a thumb up; one with a thumb down is undesirable.", {
    aliases: ["undesirable"],
  }),
  term(
    "prospect theory",
    kto,
    "Kahneman and Tversky's account of how people value: by gains and losses, with losses weighing more.",
    { aliases: ["loss aversion"], equation: "kt-value" },
  ),
  term("odds", orpo, "A probability over its complement, p/(1 − p).", { equation: "odds" }),
  term(
    "odds ratio",
    orpo,
    "The odds of one reply over those of another; ORPO's loss is the negative log-sigmoid of its logarithm.",
    { aliases: ["log odds", "log-odds"], equation: "odds-ratio-term" },
  ),
  term(
    "ORPO",
    orpo,
    "Odds Ratio Preference Optimization: imitation and preference in one loss, with one model and no reference.",
    { aliases: ["Odds Ratio Preference Optimization"], equation: "orpo.7" },
  ),
];
