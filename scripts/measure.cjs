/** `npm run measure`: the gold reward of every stage over three seeds, as docs/gold-reward.json and the README's picture. */
const fs = require("node:fs");
const path = require("node:path");
const { measureStages, useBackend, backendReport } = require("kernel-utils");
const { drawStages } = require("./drawStages.cjs");

const docs = path.join(__dirname, "..", "docs");
const seeds = [0, 1, 2];

async function main() {
  process.stdout.write(`${await useBackend("wasm")}\n`);
  const stages = await measureStages(seeds);
  for (const { stage, mean, interval } of stages) {
    const [low, high] = interval;
    process.stdout.write(
      `${stage.padEnd(5)} ${mean.toFixed(3)}  95 % interval ${low.toFixed(3)} to ${high.toFixed(3)}\n`,
    );
  }
  fs.mkdirSync(docs, { recursive: true });
  const record = { backend: backendReport().chosen, seeds, promptsPerSeed: 512, stages };
  fs.writeFileSync(path.join(docs, "gold-reward.json"), `${JSON.stringify(record, null, 2)}\n`);
  fs.writeFileSync(path.join(docs, "gold-reward.svg"), drawStages(record));
}

main().catch((error) => {
  process.stderr.write(`measure: ${error.message}\n`);
  process.exitCode = 1;
});
