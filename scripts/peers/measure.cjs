/** One whole measurement of `npm run bench:peers`: start everybody, prove the same work, take turns, look at ours more closely. */
const { execFileSync, spawnSync } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const bench = require("../../kernel-utils/dist/bench");
const { threadSettings, variantsOf } = require("./contenders.cjs");
const { planOf, runRounds } = require("./rounds.cjs");
const { compareWork } = require("./sameWork.cjs");
const { startAll } = require("./start.cjs");

const root = path.join(__dirname, "..", "..");

const progress = (what) => process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${what}` : `${what}\n`);

function commit() {
  const git = (...args) => execFileSync("git", args, { cwd: root, encoding: "utf8" }).trim();
  try {
    const changed = git("status", "--porcelain", "--", "kernel-utils", "scripts") !== "";
    return `${git("rev-parse", "--short", "HEAD")}${changed ? " with changes" : ""}`;
  } catch {
    return "unknown";
  }
}

/** `align bench --scaling` or `--profile` of one variant, in a process of its own. */
function ownReport(variant, mode, folder) {
  progress(`${mode} of ${variant.label}`);
  const file = path.join(folder, `${mode}-${variant.kind}.json`);
  const align = path.join(root, "kernel-utils", "bin", "align.js");
  const env = { ...process.env, ...threadSettings(variant.threads), ...variant.environment };
  const { status, stderr } = spawnSync(process.execPath, [align, "bench", `--${mode}`, "--json", file], {
    env,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`align bench --${mode}: ${stderr.trim().split("\n").at(-1)}`);
  return JSON.parse(fs.readFileSync(file, "utf8"));
}

/** What a reader has to know beside the figures. */
const notesOn = ({ blas, capability }) => [
  `PyTorch computes with ${blas} at ${capability}; AdamW fused, clipping foreach; Hugging Face attention SDPA.`,
  "Every number of threads is set alike on both sides (OPENBLAS, OMP and MKL settings, torch.set_num_threads).",
  "Each DPO trainer by its own default: ours scores the reference once before training, TRL's in every step.",
  ...(process.env.OPENBLAS_CORETYPE
    ? [
        `OPENBLAS_CORETYPE=${process.env.OPENBLAS_CORETYPE} was set; not for PyTorch, whose libraries know this processor.`,
      ]
    : []),
];

const commandLine = () => ["npm run bench:peers", ...process.argv.slice(2)].join(" ").replace("peers ", "peers -- ");

/** Ends every process and removes the folder, also where Ctrl-C or SIGTERM ends the run. */
function cleaner(folder) {
  const workers = [];
  const clean = () => {
    for (const worker of workers) worker.end();
    fs.rmSync(folder, { recursive: true, force: true });
  };
  const stop = { SIGINT: 130, SIGTERM: 143 };
  for (const [signal, code] of Object.entries(stop)) {
    process.once(signal, () => {
      clean();
      process.exit(code);
    });
  }
  return { workers, clean };
}

async function measure(options) {
  const from = { machine: bench.describeMachine(), commit: commit(), command: commandLine() };
  const cases = bench.selectCases(options.only);
  const variants = variantsOf(options.threads);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "bench-peers-"));
  const { workers, clean } = cleaner(folder);
  try {
    const { ours, peers } = await startAll(variants, options.threads, folder, workers);
    const { versions, ...computing } = await peers[0].worker.ask({ ask: "describe" });
    const last = ours.filter(({ variant }) => variant.threads === options.threads.at(-1));
    const shapes = bench.shapeNames.filter((shape) => cases.some(({ name }) => name.endsWith(`-${shape}`)));
    const sameWork = [];
    for (const { variant, worker } of last) {
      sameWork.push(...(await compareWork(variant.label, worker, peers.at(-1).worker, shapes, progress)));
    }
    const measurements = await runRounds(planOf(cases, ours, peers), options.rounds, progress);
    for (const worker of workers) worker.end(); // they would take memory from what follows
    const deep = options.quick || options.only ? [] : last.map(({ variant }) => variant);
    return {
      schemaVersion: 1,
      ...from,
      versions: { ...versions, kernelUtils: require("../../kernel-utils/package.json").version },
      notes: notesOn(computing),
      variants,
      measurements,
      sameWork,
      sweeps: deep.map((one) => ({ variant: one.label, sweeps: ownReport(one, "scaling", folder).sweeps })),
      profiles: deep.map((one) => ({ variant: one.label, profiles: ownReport(one, "profile", folder).profiles })),
    };
  } finally {
    clean();
  }
}

module.exports = { measure };
