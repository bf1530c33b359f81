/**
 * `node scripts/results/ipo-sweep.cjs [--seeds 0,1,2] [--out FILE]`: DPO and IPO at several β and τ, on sums and on means,
 * from the same SFT model with the same few pairs in the same order. Writes data/results/ipo-sweep.json, shown in notebook 07.
 */
const path = require("node:path");
const kernelUtils = require("kernel-utils");
const { writeAtomically } = require("../../kernel-utils/dist/writeAtomically");

const {
  collatePreferences,
  courseModel,
  evaluateGold,
  mean,
  PreferenceTrainer,
  Random,
  recipe,
  sampleKl,
  scoreExamples,
} = kernelUtils;

const panels = (world) => {
  const careful = world.annotators.find(({ name }) => name === "careful");
  return {
    clear: Array.from({ length: 15 }, () => careful),
    noisy: [{ ...careful, name: "noisy", sharpness: 2, inattention: 0.3 }],
  };
};
const methods = [
  ...[0.1, 0.4, 2].map((beta) => ({ objective: "dpo", beta })),
  ...[0.025, 0.1, 0.5].map((tau) => ({ objective: "ipo", tau })),
  ...[0.1, 1].map((tau) => ({ objective: "ipo", logps: "mean", tau })),
];
const settings = { pairs: 96, steps: 48, batchSize: 16, learningRate: 1e-3, heldOutPrompts: 192 };

async function measureSeed(seed) {
  const { model: sft, tokenizer, world } = await courseModel("sft", { seed });
  const prompts = world.samplePrompts("heldOut", settings.heldOutPrompts, new Random("held-out prompts"));
  const goldOf = async (model) =>
    (await evaluateGold(model, tokenizer, world, prompts, { ...recipe.evaluation, seed })).mean;
  const rows = [{ seed, labels: "none", objective: "sft", gold: await goldOf(sft), kl: 0 }];
  for (const [labels, annotators] of Object.entries(panels(world))) {
    const drawn = world.preferences("train", 400, new Random(`07-ipo pairs ${seed}`), { annotators });
    const records = drawn.filter(({ margin }) => Math.abs(margin) > 0.1).slice(0, settings.pairs);
    const examples = records.map((record) => collatePreferences(tokenizer, record));
    const sums = async (model, side) =>
      (
        await scoreExamples(
          model,
          examples.map((pair) => pair[side]),
        )
      ).map(({ sum }) => sum);
    const margins = async (model) => {
      const [chosen, rejected] = [await sums(model, "chosen"), await sums(model, "rejected")];
      return chosen.map((logp, i) => logp - rejected[i]);
    };
    const before = await margins(sft);
    for (const method of methods) {
      const model = sft.clone();
      const { steps, batchSize, learningRate } = settings;
      const options = { steps, batchSize, learningRate, seed, ...method };
      await new PreferenceTrainer({ model, reference: sft, tokenizer, records, ...options }).run();
      const h = (await margins(model)).map((margin, i) => margin - before[i]).sort((a, b) => a - b);
      const kl = (await sampleKl(model, sft, tokenizer, prompts.slice(0, 64), { seed })).mean;
      const [marginLow, marginHigh] = [0.05, 0.95].map((share) => kernelUtils.quantile(h, share));
      rows.push({ seed, labels, ...method, gold: await goldOf(model), kl, marginMean: mean(h), marginLow, marginHigh });
      process.stdout.write(`${JSON.stringify(rows[rows.length - 1])}\n`);
      model.dispose();
    }
  }
  sft.dispose();
  return rows;
}

async function main() {
  const argument = (name, fallback) => {
    const at = process.argv.indexOf(name);
    return at < 0 ? fallback : process.argv[at + 1];
  };
  const given = argument("--seeds", "0,1,2");
  const seeds = given.split(",").map(Number);
  if (!seeds.every((seed) => Number.isInteger(seed) && seed >= 0)) {
    throw new Error(`--seeds is ${given}; give whole numbers from 0, as in --seeds 0,1,2`);
  }
  const out = argument("--out", path.join(__dirname, "..", "..", "data", "results", "ipo-sweep.json"));
  await kernelUtils.useBackend("auto");
  const rows = [];
  for (const seed of seeds) rows.push(...(await measureSeed(seed)));
  const rounded = (_key, value) => (typeof value === "number" ? Number(value.toPrecision(5)) : value);
  const record = {
    command: `node scripts/results/ipo-sweep.cjs --seeds ${seeds.join(",")}`,
    backend: kernelUtils.backendReport().identity,
    settings,
    rows,
  };
  await writeAtomically(out, `${JSON.stringify(record, rounded, 2)}\n`);
}

main().catch((error) => {
  process.stderr.write(`ipo-sweep: ${error.message}\n`);
  process.exitCode = 1;
});
