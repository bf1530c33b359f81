import { type GlossaryTerm, term } from "./term";

const optimal = "04-optimal-policy";
const ppo = "05-ppo";

/** Optimal policies and reinforcement learning. */
export const policyTerms: readonly GlossaryTerm[] = [
  term("policy", optimal, "A language model seen as something that acts: given a prompt it draws a reply; written π.", {
    aliases: ["policies"],
  }),
  term(
    "reference policy",
    optimal,
    "The frozen model a policy starts from and is held to, here mostly the SFT model; written π_ref.",
    { aliases: ["reference"] },
  ),
  term(
    "optimal policy",
    optimal,
    "Of all policies the one with the most reward after the price of its divergence: the reference, tilted by the exponentiated reward.",
    { aliases: ["optimal policies"], equation: "opt.6" },
  ),
  term(
    "Gibbs distribution",
    optimal,
    "A distribution reweighted by the exponential of a reward over a price, and normalised.",
    { aliases: ["Boltzmann policy"], equation: "gibbs" },
  ),
  term(
    "partition function",
    optimal,
    "The sum by which a reweighted distribution is divided to become one; written Z. For language models it has too many terms to compute.",
    { equation: "partition" },
  ),
  term(
    "β",
    optimal,
    "The price of one nat of divergence from the reference, in units of reward. A small β lets the policy move far.",
    { aliases: ["beta"] },
  ),
  term(
    "KL budget",
    optimal,
    "How many nats a policy may move from its reference; fixing the budget or the price describes the same policies.",
    { aliases: ["budget"], equation: "value.12" },
  ),
  term(
    "frontier",
    optimal,
    "The most reward that can be had for each amount of divergence: no policy lies above it, however it was trained.",
    { equation: "value.13" },
  ),
  term(
    "forward KL",
    optimal,
    "The divergence with the expectation under the target. It makes a model cover everything the target does.",
    { aliases: ["mass-covering"] },
  ),
  term(
    "reverse KL",
    optimal,
    "The divergence with the expectation under the model. It makes a model settle on what the target surely does.",
    { aliases: ["mode-seeking"] },
  ),
  term(
    "soft value",
    optimal,
    "The best that can be made of a beginning, reward and price counted: β times the log of the tilted total.",
    { aliases: ["soft Bellman equation"], equation: "soft-value" },
  ),
  term("win rate", optimal, "How often a policy's reply beats another's to the same prompt."),
  term(
    "k1",
    ppo,
    "The plain estimate of a KL divergence from samples: the log-ratio itself. Unbiased, and often negative.",
  ),
  term(
    "k3",
    ppo,
    "An estimate of a KL divergence that is never negative: e^−d − 1 + d of the log-ratio d. Its value is unbiased, its gradient is not the divergence's.",
    { equation: "ppo.23" },
  ),
  term(
    "policy gradient",
    ppo,
    "The gradient of the expected reward: the average of reward times the gradient of the log-probability of what was done.",
    { equation: "ppo.3" },
  ),
  term(
    "REINFORCE",
    ppo,
    "Policy gradients from samples: push up what was drawn in proportion to its reward, less a baseline.",
    { equation: "ppo.4" },
  ),
  term(
    "baseline",
    ppo,
    "A number taken off every reward of a prompt. It leaves the gradient's mean as it is and can shrink its variance a lot.",
    { aliases: ["baselines"], equation: "ppo.5" },
  ),
  term("advantage", ppo, "How much better a reply, or a token, was than expected there.", { aliases: ["advantages"] }),
  term(
    "importance ratio",
    ppo,
    "The probability of a sample under the new policy over that under the one that drew it; averages with it are as if the new one had sampled.",
    { aliases: ["importance weight", "importance weights"], equation: "ppo.6" },
  ),
  term("clipping", ppo, "PPO's limit on what a sample may gain: beyond 1 ± ε the ratio earns nothing more.", {
    aliases: ["clipped objective"],
    equation: "clip",
  }),
  term(
    "PPO",
    ppo,
    "Proximal Policy Optimization: several steps on the same samples, with the gain of each sample clipped.",
    { aliases: ["Proximal Policy Optimization"], equation: "ppo.8" },
  ),
  term("critic", ppo, "A model of the value: what reward is still to be expected at each token.", {
    aliases: ["value model", "value head"],
  }),
  term(
    "generalised advantage estimation",
    ppo,
    "Advantages as a discounted sum of surprises, with λ between trusting the critic and trusting the outcome.",
    { aliases: ["GAE"], equation: "gae" },
  ),
  term(
    "temporal-difference error",
    ppo,
    "The surprise at one token: reward plus the value afterwards, less the value before.",
    { aliases: ["TD error"], equation: "td" },
  ),
  term("whitening", ppo, "Shifting numbers to mean 0 and scaling them to variance 1 within a batch.", {
    aliases: ["whiten", "whitened"],
    equation: "ppo.20",
  }),
  term("KL penalty", ppo, "What divergence from the reference costs, taken off the reward of each token.", {
    equation: "ppo.22",
  }),
  term(
    "adaptive controller",
    ppo,
    "Raises the KL coefficient when the policy is too far from its target divergence and lowers it when too near.",
    { aliases: ["adaptive KL"], equation: "controller" },
  ),
  term(
    "RLHF",
    ppo,
    "Reinforcement learning from human feedback: a reward model fitted to comparisons, and a policy trained to raise it without running away.",
    { equation: "rlhf" },
  ),
];
