/**
 * `node scripts/results/ipo-sweep.cjs [--seeds 0,1,2] [--out FILE]`: DPO and IPO at several β and τ, on sums and on means,
 * from the same SFT model with the same few pairs in the same order. Writes data/results/ipo-sweep.json, shown in notebook 07.
 * `--check` measures one of the runs again, compares it with the file and writes nothing.
 */
const path = require("node:path");
const kernelUtils = require("kernel-utils");
const { writeAtomically } = require("../../kernel-utils/dist/writeAtomically.js");
const { compareFigures } = require("./compareFigures.cjs");

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

const file = path.join(__dirname, "..", "..", "data", "results", "ipo-sweep.json");
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

/** Every run of one seed, or only those that `wanted(labels, method)` asks for. */
async function measureSeed(seed, wanted = () => true) {
  const { model: sft, tokenizer, world } = await courseModel("sft", { seed });
  const prompts = world.samplePrompts("heldOut", settings.heldOutPrompts, new Random("held-out prompts"));
  const goldOf = async (model) =>
    (await evaluateGold(model, tokenizer, world, prompts, { ...recipe.evaluation, seed })).mean;
  const rows = [{ seed, labels: "none", objective: "sft", gold: await goldOf(sft), kl: 0 }];
  for (const [labels, annotators] of Object.entries(panels(world))) {
    const asked = methods.filter((method) => wanted(labels, method));
    if (asked.length === 0) continue;
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
    for (const method of asked) {
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

const rounded = (value) => (typeof value === "number" ? Number(value.toPrecision(5)) : value);

/**
 * The SFT model's row and one of IPO again, of the first seed. On the backend that wrote the file every recorded digit must
 * come back; on another, float32 rounds elsewhere and sampled replies differ: then within about two standard errors.
 */
async function checkOne() {
  const recorded = require(file);
  const [seed] = recorded.rows.map((row) => row.seed);
  const isSample = (labels, { objective, tau, logps }) =>
    labels === "clear" && objective === "ipo" && tau === 0.1 && logps === undefined;
  const allowed = { gold: 0.1, kl: 0.8, marginMean: 0.5, marginLow: 1, marginHigh: 1 };
  for (const row of await measureSeed(seed, isSample)) {
    const wanted = recorded.rows.find(
      (other) =>
        other.seed === seed && (row.objective === "sft" ? other.objective === "sft" : isSample(other.labels, other)),
    );
    const elsewhere = Object.fromEntries(Object.entries(allowed).filter(([key]) => key in row));
    const found = Object.fromEntries(Object.entries(row).map(([key, value]) => [key, rounded(value)]));
    compareFigures({ recorded, found, wanted, elsewhere, name: row.objective });
  }
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
  const out = argument("--out", file);
  const checking = process.argv.includes("--check");
  await kernelUtils.useBackend(checking ? "wasm" : "auto");
  if (checking) return checkOne();
  const rows = [];
  for (const seed of seeds) rows.push(...(await measureSeed(seed)));
  const record = {
    command: `node scripts/results/ipo-sweep.cjs --seeds ${seeds.join(",")}`,
    backend: kernelUtils.backendReport().identity,
    settings,
    rows,
  };
  await writeAtomically(out, `${JSON.stringify(record, (_key, value) => rounded(value), 2)}\n`);
}

main().catch((error) => {
  process.stderr.write(`ipo-sweep: ${error.message}\n`);
  process.exitCode = 1;
});
