/**
 * `npm run parity`: TRL and this library on the same tokens and checkpoints. Writes what TRL computed to
 * tests/parity/figures.json, compares, and writes tests/parity/RESULTS.md. Exits 1 when something is off by more than 1e-4.
 * Needs Python 3.10 or newer; the first run makes `.venv-peers`.
 */
const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const tf = require("@tensorflow/tfjs");
const { saveCheckpoint, useBackend } = require("kernel-utils");
const { writeAtomically } = require("../kernel-utils/dist/writeAtomically");
const { cases } = require("./parity/cases.cjs");
const { compareCase, tolerance } = require("./parity/compare.cjs");
const { figuresOf } = require("./parity/figures.cjs");
const { labels, makeModels, makeRows, makeScore, tokenizer } = require("./parity/material.cjs");
const { makeBench } = require("./parity/ours.cjs");
const { resultsPage } = require("./parity/resultsPage.cjs");
const { peerPython } = require("./peers/virtualEnvironment.cjs");

const root = path.join(__dirname, "..");
const work = path.join(root, "build", "parity");
const figuresFile = path.join(root, "tests", "parity", "figures.json");
const pageFile = path.join(root, "tests", "parity", "RESULTS.md");
const say = (line) => process.stdout.write(`${line}\n`);

/** Checkpoints and a request for the other side. @returns the request */
async function ask() {
  fs.mkdirSync(work, { recursive: true });
  const models = makeModels();
  const names = [...models.policy.parameters.keys()];
  for (const [role, model] of Object.entries(models)) await saveCheckpoint(path.join(work, role), model, tokenizer);
  const request = {
    names,
    rows: makeRows(),
    labels,
    score: await makeScore().array(),
    cases: cases.map(({ name, family, config }) => ({ name, family, config })),
  };
  await writeAtomically(path.join(work, "request.json"), JSON.stringify(request));
  for (const model of Object.values(models)) model.dispose();
  return request;
}

function theirAnswer() {
  const script = path.join(__dirname, "parity", "theirs.py");
  const { status, stderr, error } = spawnSync(peerPython(), [script, work], { encoding: "utf8", maxBuffer: 2 ** 26 });
  if (status !== 0) {
    const log = path.join(work, "theirs.log");
    fs.writeFileSync(log, stderr ?? "");
    const said = (stderr ?? "").split("\n").filter((line) => /^\S/.test(line) && !line.startsWith("Traceback"));
    const reason = error?.message ?? said.slice(-2).join("; "); // the exception, and the case
    throw new Error(`parity: theirs.py failed: ${reason}; its whole output is in ${path.relative(root, log)}`);
  }
  return JSON.parse(fs.readFileSync(path.join(work, "answer.json"), "utf8"));
}

const gradientsOf = (number) =>
  new Float32Array(Uint8Array.from(fs.readFileSync(path.join(work, "gradients", `${number}.f32`))).buffer);

async function main() {
  await useBackend("wasm");
  const request = await ask();
  const answer = theirAnswer();
  const bench = makeBench();
  const shapes = [...bench.models.policy.parameters].map(([name, { size }]) => ({ name, size }));
  shapes.push({ name: "score.weight", size: bench.score.size });
  const figures = figuresOf(request, answer, shapes, gradientsOf);
  await writeAtomically(figuresFile, `${JSON.stringify(figures)}\n`);
  const rows = cases.map((one, number) => {
    const row = compareCase(one, figures, bench, gradientsOf(number));
    const worst = Object.entries(row.differences).map(([what, difference]) => `${what} ${difference.toExponential(1)}`);
    say(`${row.ok ? "agrees" : "OFF   "}  ${one.name.padEnd(62)} ${worst.join("  ")}`);
    return row;
  });
  await writeAtomically(pageFile, resultsPage(rows, figures));
  const agree = rows.filter(({ ok }) => ok).length;
  const { trl, torch } = figures.versions;
  say(`${agree} of ${rows.length} agree to ${tolerance}; TRL ${trl}, torch ${torch}`);
  tf.disposeVariables();
  if (agree < rows.length) process.exitCode = 1;
}

main().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
