/** The measured runs as a page. */
const figure = (value, digits = 3) => value.toFixed(digits).replace("-", "−");

/** Mean and interval of a quantity over seeds. */
const withInterval = ({ mean, interval }, digits) =>
  interval
    ? `${figure(mean, digits)} (${interval.map((end) => figure(end, digits)).join(" to ")})`
    : figure(mean, digits);

exports.page = ({ backend, seeds, heldOutPrompts, trainers }) => {
  const rows = trainers.map(({ name, before, after, gain, kl, seconds }) =>
    [name, figure(before.mean), withInterval(after), withInterval(gain), withInterval(kl, 2), seconds.toFixed(0)].join(
      " | ",
    ),
  );
  const accuracies = trainers.flatMap(({ runs }) => runs.flatMap(({ rewardAccuracy }) => rewardAccuracy ?? []));
  const mean = accuracies.reduce((sum, value) => sum + value, 0) / Math.max(1, accuracies.length);
  const onePrompt = `one sampled reply to each of ${heldOutPrompts} held-out prompts`;
  return [
    "# Example runs of the trainers",
    "",
    `Written by \`npm run examples\` on the ${backend} backend; do not edit. A run starts from the course's SFT model of its seed, or from`,
    `the base model where its name says so; ${seeds.length} seed${seeds.length === 1 ? "" : "s"}. Gold reward: ${onePrompt}, at the course's evaluation`,
    "temperature. KL to the model at the start: nats per reply, sampled at temperature 1. In brackets the 95 % interval of the mean over",
    "seeds (Student's t). Seconds are of training alone, a reward model's included, on a machine that may have been busy.",
    "",
    "| trainer | gold before | gold after | gain | KL after | seconds |",
    "|---|---|---|---|---|---|",
    ...rows.map((row) => `| ${row} |`),
    "",
    ...(accuracies.length > 0
      ? [`The reward model ranks ${(100 * mean).toFixed(1)} % of 500 held-out pairs as their annotators do.`, ""]
      : []),
    "Settings and single runs are in [trainers.json](trainers.json).",
    "",
  ].join("\n");
};
