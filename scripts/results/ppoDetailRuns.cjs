/** The runs of ppo-details.cjs: the trainer's defaults, and one change to them each. */
const { ppoPresets } = require("kernel-utils");

/** Short, so that many fit: what every run shares. */
exports.shortRun = { updates: 16, promptsPerUpdate: 24, learningRate: 5e-4 };

const changed = (name, says, details) => ({ name, says, details });

exports.detailRuns = [
  changed("defaults", "whitened advantages, clip 0.2, value clip 0.2, β 0.05, two epochs", {}),
  changed("no KL penalty", "β = 0", { klCoefficient: 0 }),
  changed("strong KL penalty", "β = 0.5", { klCoefficient: 0.5 }),
  changed("raw advantages", "advantages are not whitened", { whitenAdvantages: "none" }),
  changed("whitened rewards", "token rewards divided by their deviation", { whitenRewards: true }),
  changed("no value clip", "the plain squared error", { valueClip: Number.POSITIVE_INFINITY }),
  changed("no critic", "V = 0 for ever and λ = 1: whitening is the only baseline", {
    criticRate: 0,
    lambda: 1,
  }),
  changed("missing EOS", "a reply without EOS scores −1", { missingEos: "replace", missingEosPenalty: 1 }),
  changed("normalised scores", "by mean and deviation of the first round", { scoreNormalization: "initial" }),
  changed("adaptive KL", "β steered to 0.5 nats a reply", { adaptiveKl: { target: 0.5, horizon: 200 } }),
  changed("no ratio clip", "8 epochs, and nothing holds the ratio", { epochs: 8, clipLow: 0.999, clipHigh: 1e6 }),
  changed("ratio clip", "8 epochs with clip 0.2", { epochs: 8 }),
  changed("OpenAI's details", "all of them, as its reproduction has them", ppoPresets.openaiLineage),
];
