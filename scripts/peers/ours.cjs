/**
 * Our side of `npm run bench:peers`: a process that times what it is asked to, one JSON object a line in and out. One
 * process a variant, since threads and BLAS are chosen by environment variables when the backend starts.
 */
const path = require("node:path");
const { createInterface } = require("node:readline");
const tf = require("@tensorflow/tfjs");
const { Tokenizer, saveCheckpoint, useBackend } = require("kernel-utils");
const bench = require(path.join(__dirname, "..", "..", "kernel-utils", "dist", "bench"));

const warmUps = 3;
const open = new Map();

async function sessionOf(name) {
  if (!open.has(name)) {
    const found = bench.benchCases().find((one) => one.name === name);
    if (!found) throw new Error(`no case "${name}"`);
    const session = await found.open();
    await session.time(warmUps);
    open.set(name, session);
  }
  return open.get(name);
}

/** Weights and data for the other side: the same starting point, rows and prompts. */
async function exportShape(name, folder) {
  const shape = bench.benchShapes[name];
  const tokenizer = bench.benchTokenizer(shape);
  const model = bench.benchModel(shape);
  const rows = bench.documentsOf(shape, shape.batch).map((text) => tokenizer.encodeDocument(text));
  const data = { shape, rows, pairs: bench.pairsOf(shape, shape.batch), prompts: bench.promptsOf(shape) };
  await saveCheckpoint(folder, model, Tokenizer.fromJSON(tokenizer.toJSON()), {
    ...data,
    generation: bench.generation,
  });
  model.dispose();
  return {};
}

const losses = { train: bench.trainingLosses, dpo: bench.preferenceLosses };

const answers = {
  time: async ({ name, repetitions }) => ({ times: await (await sessionOf(name)).time(repetitions) }),
  losses: async ({ kind, shape, steps }) => ({ losses: await losses[kind](bench.benchShapes[shape], steps) }),
  tokens: async ({ shape }) => ({ tokens: await bench.greedyTokens(bench.benchShapes[shape]) }),
  export: ({ shape, folder }) => exportShape(shape, folder),
  describe: async () => ({ backend: String(backend), versions: { node: process.version, tfjs: tf.version.tfjs } }),
};

let backend;

async function main() {
  backend = await useBackend(process.env.BENCH_BACKEND ?? "wasm");
  for await (const line of createInterface({ input: process.stdin })) {
    const { ask, ...request } = JSON.parse(line);
    const answer = await answers[ask](request).catch((error) => ({ error: error.message }));
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  }
}

main().catch((error) => {
  process.stdout.write(`${JSON.stringify({ error: error.message })}\n`);
  process.exitCode = 1;
});
