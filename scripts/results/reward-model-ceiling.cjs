/**
 * `node scripts/results/reward-model-ceiling.cjs`: how far a reward model gets with few pairs and noisy labels. Every run
 * starts from the SFT model of seed 0 and takes equally many steps; the seed decides pairs, flips, head and batches.
 * Writes data/results/reward-model-ceiling.json, which notebook 03 shows. `--check` runs one of the cells again and
 * compares; `--seed=3` runs one seed, prints its runs and writes nothing.
 */
const path = require("node:path");
const tf = require("@tensorflow/tfjs");
const {
  backendReport,
  collateSft,
  compareReplies,
  courseModel,
  createRewardModel,
  mean,
  padRight,
  preferenceProbability,
  Random,
  RewardTrainer,
  useBackend,
} = require("kernel-utils");
const { softplus } = require("../../kernel-utils/dist/tensor/math/scalars.js");
const { writeAtomically } = require("../../kernel-utils/dist/writeAtomically.js");
const { compareFigures } = require("./compareFigures.cjs");

const file = path.join(__dirname, "..", "..", "data", "results", "reward-model-ceiling.json");
const settings = { steps: 100, batchSize: 16, learningRate: 1e-3, centering: 0.01 };
const sizes = [100, 400, 1600];
const flipRates = [0, 0.2, 0.4];
const seeds = [0, 1, 2, 3, 4];
const heldOutPairs = 400;

/** P(the panel chooses the first reply): the votes' lead, one annotator after another; a coin where it is 0. */
function panelProbability(annotators, first, second) {
  let leads = new Map([[0, 1]]);
  for (const annotator of annotators) {
    if (compareReplies(annotator, first, second, new Random(0)) === "tie") continue; // a tie needs no luck
    const p = preferenceProbability(annotator, first, second);
    const next = new Map();
    for (const [lead, mass] of leads) {
      next.set(lead + 1, (next.get(lead + 1) ?? 0) + mass * p);
      next.set(lead - 1, (next.get(lead - 1) ?? 0) + mass * (1 - p));
    }
    leads = next;
  }
  return [...leads].reduce((sum, [lead, mass]) => sum + (lead > 0 ? mass : lead === 0 ? mass / 2 : 0), 0);
}

/** Each label is turned round with probability `rate`. */
const flipped = (records, rate, random) =>
  records.map((record) =>
    random.uniform() < rate
      ? { ...record, chosen: record.rejected, rejected: record.chosen, margin: -record.margin }
      : record,
  );

async function scoresOf(model, tokenizer, items) {
  const scores = [];
  for (let start = 0; start < items.length; start += 128) {
    const examples = items.slice(start, start + 128).map(({ prompt, reply }) => collateSft(tokenizer, prompt, reply));
    const batch = tf.tidy(() => model.scores(padRight(examples, model.body.config.pad_token_id)));
    scores.push(...(await batch.data()));
    batch.dispose();
  }
  return scores;
}

/** One reward model, trained and measured on the same held-out pairs as all others. */
async function runOnce(course, heldOut, { pairs, flipRate, seed }) {
  const { model: start, tokenizer, world } = course;
  const random = new Random(`ceiling ${seed}`);
  const clean = world.preferences("train", Math.max(...sizes), random.fork("pairs")).slice(0, pairs);
  const records = flipped(clean, flipRate, random.fork(`flips ${flipRate}`));
  const model = createRewardModel(start, random.fork("head"));
  const run = await new RewardTrainer({ model, tokenizer, records, ...settings, seed }).run();
  const [chosen, rejected] = [
    await scoresOf(
      model,
      tokenizer,
      heldOut.map(({ prompt, chosen }) => ({ prompt, reply: chosen })),
    ),
    await scoresOf(
      model,
      tokenizer,
      heldOut.map(({ prompt, rejected }) => ({ prompt, reply: rejected })),
    ),
  ];
  model.dispose();
  const differences = chosen.map((score, i) => score - rejected[i]);
  const decided = heldOut.map(({ margin }, i) => margin * differences[i]).filter((_, i) => heldOut[i].margin !== 0);
  return {
    pairs,
    flipRate,
    seed,
    trainAccuracy: mean(run.metrics.slice(-20).map(({ accuracy }) => accuracy)),
    panelAccuracy: mean(differences.map((d, i) => (d > 0 ? heldOut[i].p : 1 - heldOut[i].p))),
    goldAccuracy: mean(decided.map((product) => (product > 0 ? 1 : 0))),
    logLoss: mean(differences.map((d, i) => softplus(-d) + (1 - heldOut[i].p) * d)),
    meanDifference: mean(differences.map(Math.abs)),
  };
}

async function main() {
  process.stdout.write(`${await useBackend("wasm")}\n`);
  const course = await courseModel("sft", { seed: 0 });
  const { world } = course;
  const heldOut = world.preferences("heldOut", heldOutPairs, new Random("held-out pairs")).map((pair) => {
    const scored = (text) => ({ text, gold: world.goldReward(pair.prompt, text).total });
    return { ...pair, p: panelProbability(world.annotators, scored(pair.chosen), scored(pair.rejected)) };
  });
  if (process.argv.includes("--check")) return checkOne(course, heldOut);
  const asked = process.argv.find((argument) => argument.startsWith("--seed="));
  const runs = [];
  for (const seed of asked ? [Number(asked.slice("--seed=".length))] : seeds) {
    for (const pairs of sizes) {
      for (const flipRate of flipRates) {
        runs.push(await runOnce(course, heldOut, { pairs, flipRate, seed }));
        process.stdout.write(`${JSON.stringify(runs.at(-1))}\n`);
      }
    }
  }
  if (asked) return;
  const record = {
    command: "node scripts/results/reward-model-ceiling.cjs",
    backend: backendReport().identity,
    seeds,
    settings: { ...settings, heldOutPairs, start: "courseModel(sft), seed 0" },
    bestAccuracy: mean(heldOut.map(({ p }) => Math.max(p, 1 - p))),
    goldOrderAccuracy: mean(heldOut.map(({ margin, p }) => (margin === 0 ? 0.5 : margin > 0 ? p : 1 - p))),
    runs,
  };
  const short = `"seeds": [${seeds.join(", ")}]`; // on one line, as the formatter wants it
  await writeAtomically(file, `${JSON.stringify(record, null, 2).replace(/"seeds": \[[^\]]*\]/, short)}\n`);
}

/** The smallest cell again: equal on the backend that wrote the file, near it on another. */
async function checkOne(course, heldOut) {
  const recorded = require(file);
  const wanted = recorded.runs.find(({ seed, pairs, flipRate }) => seed === 0 && pairs === 400 && flipRate === 0.2);
  const found = await runOnce(course, heldOut, wanted);
  const elsewhere = { panelAccuracy: 0.05, goldAccuracy: 0.05 };
  compareFigures({ recorded, found, wanted, elsewhere, onSameBackend: 1e-9 });
}

main().catch((error) => {
  process.stderr.write(`reward-model-ceiling: ${error.message}\n`);
  process.exitCode = 1;
});
