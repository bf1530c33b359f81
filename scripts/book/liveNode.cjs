/** The same under Node: the chapters executed by the course's kernel, and one training step, with our own products. */
const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const { Failure, root } = require("../backends/steps.cjs");

/** One thread or many give the same bits; a native library would not. */
const environment = { ...process.env, ALIGN_BLAS: "off", ALIGN_PROGRESS: "off" };

function node(args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    ...{ cwd: root, env: environment, encoding: "utf8", maxBuffer: 2 ** 27 },
  });
  if (status !== 0) throw new Failure(`node ${args[0]} exited ${status}: ${stderr.trim().split("\n").at(-1)}`);
  return stdout;
}

/** @returns executed notebooks by name */
function executed(names) {
  const out = path.join(root, ".cache", "book", "live-node");
  const align = path.join(root, "kernel-utils", "bin", "align.js");
  const files = names.map((name) => path.join("notebooks", `${name}.ipynb`));
  node([align, "run", ...files, "--out", out, "--cell-timeout", "900"]);
  return Object.fromEntries(
    names.map((name) => [name, JSON.parse(fs.readFileSync(path.join(out, `${name}.ipynb`), "utf8"))]),
  );
}

/** What each code cell printed, and the HTML it displayed. */
function outputsOf(notebook) {
  const joined = (text) => [text ?? ""].flat().join("");
  return notebook.cells
    .filter(({ cell_type: kind }) => kind === "code")
    .map(({ id, outputs }) => ({
      id,
      text: outputs.map((output) => (output.name === "stdout" ? joined(output.text) : "")).join(""),
      html: outputs.map(({ data }) => joined(data?.["text/html"])).filter((html) => html.includes("<table")),
    }));
}

/** Runs in a cell and under Node alike; prints a hash of every weight after one step. */
const oneStep = `
const u = require("kernel-utils");
const stepWorld = u.createWorld(0);
const stepTokenizer = u.Tokenizer.fromWords(stepWorld.vocabulary);
const shape = u.llamaConfig({ vocab_size: stepTokenizer.vocabularySize, ...u.recipe.shape });
const stepModel = u.createModel(shape, new u.Random(5));
await new u.PreferenceTrainer({
  model: stepModel, tokenizer: stepTokenizer, steps: 1, batchSize: 16, learningRate: 1e-3, seed: 0,
  records: stepWorld.preferences("train", 16, new u.Random(1)),
}).run();
let hash = 0xcbf29ce484222325n; // FNV-1a, 64 bits
for (const weight of stepModel.parameters.values()) {
  for (const byte of new Uint8Array(weight.dataSync().slice().buffer)) hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn;
}
console.log("weights", hash.toString(16), "of", stepModel.parameterCount);
`;

const stepUnderNode = () =>
  node(["-e", `(async () => { await require("kernel-utils").useBackend("wasm"); ${oneStep} })();`]).trim();

module.exports = { executed, outputsOf, oneStep, stepUnderNode };
