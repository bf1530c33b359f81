/**
 * `npm run prove:transformers`: Hugging Face's transformers opens our checkpoints and we open theirs; the logits agree to
 * 1e-4 and the token ids exactly. Prints a row a checkpoint and exits 1 when one is off. Needs Python 3.10 or newer; the
 * first run makes `.venv-peers` with the releases pinned here.
 */
const { execFileSync, spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const kernelUtils = require("kernel-utils");
const { proofTexts, conversations, trainingTexts, idRows } = require("./prove-transformers/texts.cjs");
const { compareIds, largestDifference, logitsOf, readLogits } = require("./prove-transformers/compare.cjs");

const root = path.join(__dirname, "..");
const venv = path.join(root, ".venv-peers");
const work = path.join(root, "build", "prove-transformers");
const stories = path.join(root, "..", "shared", "data", "stories260K");
const packages = ["torch==2.13.0", "transformers==5.23.0"];
const tolerance = 1e-4;

const say = (line) => process.stdout.write(`${line}\n`);

/** The virtual environment's Python, with the packages in it. */
function python() {
  const own = path.join(venv, process.platform === "win32" ? "Scripts/python.exe" : "bin/python");
  if (!fs.existsSync(own)) {
    say(`making ${path.relative(root, venv)}`);
    execFileSync(process.platform === "win32" ? "python" : "python3", ["-m", "venv", venv], { stdio: "inherit" });
  }
  const wanted = packages.map((one) => one.split("=="));
  const check = wanted.map(([name, version]) => `assert v("${name}").split("+")[0] == "${version}"`).join("; ");
  const present = spawnSync(own, ["-c", `from importlib.metadata import version as v; ${check}`]);
  if (present.status !== 0) {
    say(`installing ${packages.join(" ")}`);
    execFileSync(own, ["-m", "pip", "install", "--quiet", ...packages], { stdio: "inherit" });
  }
  return own;
}

/** Token ids [2, 24] to compare logits at; each model folds them into its vocabulary. */
const rows = [0, 1].map((row) => Array.from({ length: 24 }, (_, t) => (row * 7919 + t * 104729 + t * t * 31) % 49999));

/**
 * Logits of the models as they were in memory, where the disk keeps every bit. To load our own folder is not enough: a
 * config written wrongly would be read wrongly by both sides, and alike.
 */
const originals = {};

async function ourCheckpoints() {
  const { createModel, createWorld, llamaConfig, Random, saveCheckpoint, Tokenizer } = kernelUtils;
  const tokenizer = Tokenizer.fromWords(createWorld(0).vocabulary);
  const base = { vocab_size: tokenizer.vocabularySize, hidden_size: 48, num_hidden_layers: 3, initializer_range: 0.12 };
  const grouped = { ...base, num_attention_heads: 4, num_key_value_heads: 2 };
  const untied = { ...base, num_attention_heads: 4, num_key_value_heads: 4, head_dim: 16, tie_word_embeddings: false };
  const cases = {
    "grouped, tied, float32": [grouped, {}],
    "grouped, tied, bfloat16": [grouped, { dtype: "bfloat16" }],
    "grouped, tied, float16": [grouped, { dtype: "float16" }],
    "untied, wide heads, θ 5e5": [{ ...untied, rope_theta: 5e5 }, {}],
    "sharded, bfloat16": [untied, { dtype: "bfloat16", maxShardBytes: 60_000 }],
    "sharded, float32": [grouped, { maxShardBytes: 90_000 }],
  };
  const folders = {};
  for (const [index, [name, [shape, options]]] of Object.entries(cases).entries()) {
    folders[name] = path.join(work, "ours", String(index));
    const model = createModel(llamaConfig(shape), new Random(1));
    roughenNorms(model);
    await saveCheckpoint(folders[name], model, tokenizer, {}, options);
    if (!options.dtype) originals[folders[name]] = await logitsOf(model, rows);
    model.dispose();
  }
  return folders;
}

/** Norm weights of 1 would hide a mistake in them. */
function roughenNorms(model) {
  const { Random } = kernelUtils;
  const tf = require("@tensorflow/tfjs");
  for (const [name, parameter] of model.parameters) {
    if (!name.includes("norm")) continue;
    tf.tidy(() => parameter.assign(tf.add(1, new Random(name).normalTensor(parameter.shape, 0.2))));
  }
}

/** The pretrained model of llama2.c as a checkpoint, if it is on this machine. */
async function storiesCheckpoint() {
  const [modelFile, tokenizerFile] = ["stories260K.bin", "tok512.bin"].map((name) => path.join(stories, name));
  if (!fs.existsSync(modelFile)) {
    say(`stories260K is not in ${path.relative(root, stories)}: that row is left out`);
    return {};
  }
  const { model, tokenizer } = await kernelUtils.loadLlama2c(modelFile, tokenizerFile);
  const folder = path.join(work, "ours", "stories260K");
  await kernelUtils.saveCheckpoint(folder, model, tokenizer);
  originals[folder] = await logitsOf(model, rows);
  model.dispose();
  return { stories260K: folder };
}

/** Loads one checkpoint, compares it with what transformers said, and prints the row. @returns whether all agrees */
async function judge(writer, name, folder, answer) {
  const { model, tokenizer, eosIds } = await kernelUtils.loadCheckpoint(folder);
  const logits = readLogits(`${folder}.logits`);
  const largest = logits.reduce((most, logit) => Math.max(most, Math.abs(logit)), 0);
  const ours = [await logitsOf(model, rows), originals[folder] ?? logits];
  const difference = Math.max(...ours.map((values) => largestDifference(values, logits)));
  const ids = compareIds(tokenizer, answer, { texts: proofTexts, conversations });
  const greedy = answer.greedy ? await compareGreedy(model, answer.greedy) : [];
  const keys = [...answer.missing, ...answer.unexpected].map((key) => `transformers: missing or unexpected ${key}`);
  const ends = [answer.eos].flat().sort().join() === [...eosIds].sort().join() ? [] : [`ends ${eosIds}, ${answer.eos}`];
  model.dispose();
  const problems = [...ids.problems, ...greedy, ...keys, ...ends];
  if (!(difference <= tolerance)) problems.unshift(`logits differ by ${difference}`);
  const files = fs.readdirSync(folder).filter((file) => file.endsWith(".safetensors")).length;
  const columns = [writer, name.padEnd(28), String(files).padStart(5), difference.toExponential(1).padStart(10)];
  say([...columns, largest.toFixed(1).padStart(9), `${ids.equal}/${ids.all}`.padStart(9)].join("  "));
  for (const problem of problems) say(`      ${problem}`);
  return problems.length === 0;
}

async function compareGreedy(model, theirs) {
  const options = { temperature: 0, maxNewTokens: theirs.length, eosId: 1 };
  const { tokens } = await kernelUtils.generate(model, [[1]], options);
  const at = theirs.findIndex((token, index) => token !== tokens[0][index]);
  return at < 0 ? [] : [`greedy text parts from transformers' at token ${at}`];
}

async function main() {
  say(await kernelUtils.useBackend("auto"));
  fs.rmSync(work, { recursive: true, force: true });
  fs.mkdirSync(work, { recursive: true });
  const interpreter = python();
  const folders = { ...(await ourCheckpoints()), ...(await storiesCheckpoint()) };
  const [float32, bfloat16, float16] = ["float32", "bfloat16", "float16"].map(
    (dtype) => folders[`grouped, tied, ${dtype}`],
  );
  const request = {
    ...{ ours: folders, tokens: rows, texts: proofTexts, conversations, trainingTexts, idRows },
    ...{
      rounding: { float32, bfloat16, float16 },
      greedyOf: "stories260K",
      fixtures: path.join(root, "tests", "fixtures", "tokenizers"),
    },
  };
  fs.writeFileSync(path.join(work, "request.json"), JSON.stringify(request));
  const env = { ...process.env, HF_HUB_OFFLINE: "1", TRANSFORMERS_VERBOSITY: "error", TOKENIZERS_PARALLELISM: "false" };
  const script = path.join(__dirname, "prove-transformers", "theirs.py");
  execFileSync(interpreter, [script, work], { stdio: "inherit", env });
  const answer = JSON.parse(fs.readFileSync(path.join(work, "answer.json"), "utf8"));

  say(`transformers ${answer.versions.transformers}, torch ${answer.versions.torch}`);
  say(`writer  ${"checkpoint".padEnd(28)}  files  max|Δlogit|  max|logit|  equal ids and texts`);
  let sound = true;
  for (const [name, folder] of Object.entries(folders)) {
    sound = (await judge("ours  ", name, folder, answer.ours[name])) && sound;
  }
  for (const [name, theirs] of Object.entries(answer.theirs)) {
    sound = (await judge("theirs", name, theirs.folder, theirs)) && sound;
  }
  for (const [dtype, differing] of Object.entries(answer.rounding)) {
    say(`rounded to ${dtype}: ${differing} weights differ from torch's own rounding`);
    sound = sound && differing === 0;
  }
  say(`${answer.fixtures} expectations of the unit tests are those of this release of tokenizers`);
  say(sound ? `all within ${tolerance}` : "NOT proven: see above");
  process.exitCode = sound ? 0 : 1;
}

main().catch((error) => {
  process.stderr.write(`prove:transformers: ${error.message}\n`);
  process.exitCode = 1;
});
