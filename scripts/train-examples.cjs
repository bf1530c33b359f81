/**
 * `npm run examples [-- SEEDS [NAME]]`: an example run of each trainer, from the course's SFT or base model, on the
 * world. With NAME only trainers whose name contains it are run; the others' figures stay, if they are of the same seeds.
 * Gold reward on held-out prompts and KL to where the run started, before and after, as docs/trainers.json and docs/trainers.md.
 */
const fs = require("node:fs");
const path = require("node:path");
const kernelUtils = require("kernel-utils");
const { writeAtomically } = require("../kernel-utils/dist/writeAtomically.js");
const { examples } = require("./examples/runs.cjs");
const { page } = require("./examples/page.cjs");
const { seedsFrom } = require("./seedsFrom.cjs");

const { Random, backendReport, courseModel, evaluateGold, mean, recipe, sampleKl, useBackend } = kernelUtils;
const docs = path.join(__dirname, "..", "docs");
const heldOutPrompts = 256;

const heldOut = (world) => world.samplePrompts("heldOut", heldOutPrompts, new Random("held-out prompts"));

async function measure(model, reference, { tokenizer, world }, seed) {
  const prompts = heldOut(world);
  const gold = await evaluateGold(model, tokenizer, world, prompts, { ...recipe.evaluation, seed });
  const kl = await sampleKl(model, reference, tokenizer, prompts, { seed });
  return { gold: gold.mean, kl: kl.mean, meanLength: gold.meanLength };
}

/** One trainer on one seed: what it starts from, and what it makes of it. */
async function runOne(example, seed) {
  const start = await courseModel(example.from ?? "sft", { seed });
  const reference = start.model.clone();
  try {
    const before = await measure(start.model, reference, start, seed);
    const began = performance.now();
    const notes = await example.train(start, seed);
    const seconds = (performance.now() - began) / 1000;
    const after = example.after
      ? await example.after(start, heldOut(start.world), seed, notes)
      : await measure(start.model, reference, start, seed);
    const { judge, ...figures } = notes;
    return { seed, before, after, seconds, ...figures };
  } finally {
    start.model.dispose();
    reference.dispose();
  }
}

/** Mean over seeds and a 95 % interval by Student's t: with five seeds a bootstrap is too narrow. */
function overSeeds(values) {
  const center = mean(values);
  if (values.length < 2) return { mean: center };
  const half = studentQuantile(values.length - 1) * kernelUtils.standardError(values);
  return { mean: center, interval: [center - half, center + half] };
}

/** The 97.5 % point of Student's t; beyond ten degrees of freedom the normal's is near enough to be on the safe side with 2.23. */
const studentQuantile = (freedom) =>
  [12.71, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228][Math.min(freedom, 10) - 1];

/** What docs/trainers.json holds already, if it is of these seeds. */
function keptFigures(seeds) {
  const file = path.join(docs, "trainers.json");
  const record = fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, "utf8")) : { seeds: [] };
  if (JSON.stringify(record.seeds) === JSON.stringify(seeds)) return record.trainers;
  throw new Error(`${file} is of the seeds [${record.seeds}]; run all trainers on [${seeds}] first`);
}

async function main() {
  const seeds = seedsFrom(process.argv[2] ?? "5");
  process.stdout.write(`${await useBackend("wasm")}\n`);
  const kept = process.argv[3] === undefined ? [] : keptFigures(seeds);
  const trainers = [];
  for (const example of examples) {
    const known = kept.find(({ name }) => name === example.name);
    if (known && !example.name.includes(process.argv[3])) {
      trainers.push(known);
      continue;
    }
    const runs = [];
    for (const seed of seeds) {
      runs.push(await runOne(example, seed));
      const { before, after, seconds } = runs.at(-1);
      const gold = `gold ${before.gold.toFixed(3)} to ${after.gold.toFixed(3)}`;
      process.stdout.write(
        `${example.name} seed ${seed}: ${gold}, KL ${after.kl.toFixed(2)}, ${seconds.toFixed(0)} s\n`,
      );
    }
    const of = (value) => overSeeds(runs.map(value));
    trainers.push({
      name: example.name,
      settings: example.settings,
      before: of((run) => run.before.gold),
      after: of((run) => run.after.gold),
      gain: of((run) => run.after.gold - run.before.gold),
      kl: of((run) => run.after.kl),
      seconds: mean(runs.map((run) => run.seconds)),
      runs,
    });
  }
  const record = { backend: backendReport().chosen, seeds, heldOutPrompts, trainers };
  await writeAtomically(path.join(docs, "trainers.json"), `${JSON.stringify(record, null, 2)}\n`);
  await writeAtomically(path.join(docs, "trainers.md"), page(record));
}

main().catch((error) => {
  process.stderr.write(`train-examples: ${error.message}\n`);
  process.exitCode = 1;
});
