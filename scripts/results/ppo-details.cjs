/**
 * `node scripts/results/ppo-details.cjs [SEEDS]` (default 3): PPO on the world from the gold reward, with one implementation
 * detail changed at a time, over seeds. Every run starts from the course's SFT model of its seed. Written to
 * data/results/ppo-details.json after every seed, so that an interrupted measurement holds whole seeds. With --check, one
 * run is measured again and compared with the file.
 */
const path = require("node:path");
const kernelUtils = require("kernel-utils");
const { writeAtomically } = require("../../kernel-utils/dist/writeAtomically.js");
const { seedsFrom } = require("../seedsFrom.cjs");
const { compareFigures } = require("./compareFigures.cjs");
const { detailRuns, shortRun } = require("./ppoDetailRuns.cjs");

const { Random, PpoTrainer, backendReport, courseModel, evaluateGold, recipe, sampleKl, useBackend } = kernelUtils;
const target = path.join(__dirname, "..", "..", "data", "results", "ppo-details.json");
const heldOutPrompts = 128;

async function judged(model, reference, { tokenizer, world }, seed) {
  const prompts = world.samplePrompts("heldOut", heldOutPrompts, new Random("held-out prompts"));
  const gold = await evaluateGold(model, tokenizer, world, prompts, { ...recipe.evaluation, seed });
  const kl = await sampleKl(model, reference, tokenizer, prompts, { seed });
  return { gold: round(gold.mean), kl: round(kl.mean), tokens: round(gold.meanLength) };
}

const round = (value) => Number(value.toFixed(4));
const curves = ["objective/scores", "objective/kl", "policy/clipfrac", "loss/value", "replies/finished"];

/** One variant on one seed; `start` is left as it was. */
async function runOne(details, start, seed) {
  const model = start.model.clone();
  const { tokenizer, world } = start;
  const prompts = world.samplePrompts("train", 1000, new Random(`details ${seed}`)).map(({ prompt }) => prompt);
  const reward = (prompt, reply) => world.goldReward(prompt, reply).total;
  try {
    const options = { model, tokenizer, prompts, reward, reference: start.model, seed, ...shortRun, ...details };
    const { metrics } = await new PpoTrainer(options).run();
    const trace = (name) => metrics.map((entry) => round(entry[name])).join(" "); // one number a round
    const traces = Object.fromEntries(curves.map((name) => [name, trace(name)]));
    return { ...(await judged(model, start.model, start, seed)), traces };
  } finally {
    model.dispose();
  }
}

async function measureSeed(seed) {
  const start = await courseModel("sft", { seed });
  try {
    const before = await judged(start.model, start.model, start, seed);
    const runs = {};
    for (const { name, details } of detailRuns) {
      runs[name] = await runOne(details, start, seed);
      process.stdout.write(`seed ${seed}, ${name}: gold ${runs[name].gold}, KL ${runs[name].kl}\n`);
    }
    return { seed, before, runs };
  } finally {
    start.model.dispose();
  }
}

/** The first run again: equal on the backend that wrote the file, near it on another. */
async function checkOne() {
  const recorded = require(target);
  const [{ seed, runs }] = recorded.seeds;
  const [{ name, details }] = detailRuns;
  const found = await runOne(details, await courseModel("sft", { seed }), seed);
  compareFigures({ recorded, found, wanted: runs[name], elsewhere: { gold: 0.12, kl: 0.6 } });
}

async function main() {
  process.stdout.write(`${await useBackend("wasm")}\n`);
  if (process.argv.includes("--check")) return checkOne();
  const seeds = seedsFrom(process.argv[2] ?? "3");
  const measured = [];
  for (const seed of seeds) {
    measured.push(await measureSeed(seed));
    const record = {
      command: `node scripts/results/ppo-details.cjs ${measured.length}`,
      backend: backendReport().identity,
      heldOutPrompts,
      settings: shortRun,
      details: detailRuns.map(({ name, says }) => ({ name, says })),
      seeds: measured,
    };
    await writeAtomically(target, `${JSON.stringify(record, null, 2)}\n`);
  }
}

main().catch((error) => {
  process.stderr.write(`ppo-details: ${error.message}\n`);
  process.exitCode = 1;
});
