/**
 * `npm run bench:peers`: ours against PyTorch, transformers and TRL on the same shapes, weights and rows, in turns.
 * Writes build/bench/peers.json and tests/bench/RESULTS.md; prints the ratios.
 */
const { execFileSync, spawnSync } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { parseArgs } = require("node:util");
const bench = require("../kernel-utils/dist/bench");
const { writeAtomically } = require("../kernel-utils/dist/runner/writeAtomically");
const { startOurs, startPeers, variantsOf } = require("./peers/contenders.cjs");
const { planOf, runRounds } = require("./peers/rounds.cjs");
const { compareWork } = require("./peers/sameWork.cjs");
const { peerPython, say } = require("./peers/virtualEnvironment.cjs");

const root = path.join(__dirname, "..");
const help = `npm run bench:peers -- [--rounds N] [--threads N,…] [--only NAME,…] [--quick] [--json FILE] [--page FILE] [--from FILE]

  --rounds N     turns that everybody takes; by default 5
  --threads N,…  numbers of threads, the same on both sides; by default 1 and every core
  --only NAME,…  only cases whose name begins so: train, dpo-S, generate …
  --quick        2 rounds, no scaling, no profile
  --json FILE    by default build/bench/peers.json
  --page FILE    by default tests/bench/RESULTS.md; with --only or --quick by default build/bench/RESULTS.md
  --from FILE    measure nothing, write the page from that JSON
`;

function parse() {
  const text = { type: "string" };
  const flag = { type: "boolean" };
  const options = {
    rounds: text,
    threads: text,
    only: text,
    json: text,
    page: text,
    from: text,
    quick: flag,
    help: flag,
  };
  const { values } = parseArgs({ options });
  const whole = (name, given) => {
    const value = Number(given);
    if (Number.isInteger(value) && value > 0) return value;
    throw new Error(`--${name} is "${given}"; give a whole number, 1 or more`);
  };
  const partial = values.quick || values.only !== undefined;
  return {
    ...values,
    rounds: values.rounds === undefined ? (values.quick ? 2 : 5) : whole("rounds", values.rounds),
    threads: (values.threads ?? [...new Set([1, os.availableParallelism()])].join(","))
      .split(",")
      .map((given) => whole("threads", given)),
    only: values.only?.split(","),
    json: values.json ?? path.join(root, "build", "bench", "peers.json"),
    page: values.page ?? path.join(root, ...(partial ? ["build", "bench"] : ["tests", "bench"]), "RESULTS.md"),
  };
}

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
  const env = { ...process.env, ...variant.environment };
  const { status, stderr } = spawnSync(process.execPath, [align, "bench", `--${mode}`, "--json", file], {
    env,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`align bench --${mode}: ${stderr.trim().split("\n").at(-1)}`);
  return JSON.parse(fs.readFileSync(file, "utf8"));
}

/** A backend that says the same of itself as without BLAS has none: its times would go under a false name. */
function withoutBlas({ kind, threads, backend }, ours) {
  if (kind !== "blas") return undefined;
  const same = ours.some(({ variant }) => variant.threads === threads && variant.backend === backend);
  return same ? "the backend found no BLAS library here" : undefined;
}

/** Starts everybody; a variant that does not start takes no part, and the page says so. */
async function startAll(variants, threads, folder) {
  const ours = [];
  for (const variant of variants) {
    const worker = startOurs(variant);
    try {
      variant.backend = (await worker.ask({ ask: "describe" })).backend.split("\n")[0];
      variant.problem = withoutBlas(variant, ours);
    } catch (error) {
      variant.problem = error.message;
    }
    if (variant.problem === undefined) ours.push({ variant, worker });
    else {
      worker.end();
      say(`${variant.label} takes no part: ${variant.problem}`);
    }
  }
  if (ours.length === 0) throw new Error("no variant of ours started; run npm run build, then npx align doctor");
  for (const shape of bench.shapeNames) {
    await ours[0].worker.ask({ ask: "export", shape, folder: path.join(folder, shape) });
  }
  const python = peerPython();
  const peers = threads.map((count) => ({ threads: count, worker: startPeers(python, count, folder) }));
  return { ours, peers };
}

function selectCases(only) {
  const cases = bench.benchCases();
  const unknown = only?.find((name) => !cases.some((one) => one.name.startsWith(name)));
  if (unknown !== undefined) throw new Error(`no case begins with "${unknown}"; see npx align bench --help`);
  return cases.filter(({ name }) => !only || only.some((wanted) => name.startsWith(wanted)));
}

async function measure(options) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "bench-peers-"));
  const machine = bench.describeMachine();
  const cases = selectCases(options.only);
  const variants = variantsOf(options.threads);
  let started = { ours: [], peers: [] };
  try {
    started = await startAll(variants, options.threads, folder);
    const { ours, peers } = started;
    const { versions, blas, capability } = await peers[0].worker.ask({ ask: "describe" });
    const sameWork = [];
    const last = ours.filter(({ variant }) => variant.threads === options.threads.at(-1));
    for (const { variant, worker } of last) {
      sameWork.push(...(await compareWork(variant.label, worker, peers.at(-1).worker, bench.shapeNames, progress)));
    }
    const measurements = await runRounds(planOf(cases, ours, peers), options.rounds, progress);
    for (const { worker } of [...ours, ...peers]) worker.end(); // they would take memory from what follows
    const deep = options.quick || options.only ? [] : last.map(({ variant }) => variant);
    const notes = [
      `PyTorch computes with ${blas} at ${capability}; AdamW fused, clipping foreach; Hugging Face attention SDPA.`,
      "Every number of threads is set alike on both sides (OPENBLAS, OMP and MKL settings, torch.set_num_threads).",
      "Each DPO trainer by its own default: ours scores the reference once before training, TRL's in every step.",
      ...(process.env.OPENBLAS_CORETYPE
        ? [
            `OPENBLAS_CORETYPE=${process.env.OPENBLAS_CORETYPE} was set, and unset for PyTorch, whose libraries know this processor.`,
          ]
        : []),
    ];
    return {
      schemaVersion: 1,
      machine,
      commit: commit(),
      command: ["npm run bench:peers", ...process.argv.slice(2).map((one, i) => (i === 0 ? `-- ${one}` : one))].join(
        " ",
      ),
      versions: { ...versions, kernelUtils: require("../kernel-utils/package.json").version },
      notes,
      variants,
      measurements,
      sameWork,
      sweeps: deep.map((one) => ({ variant: one.label, sweeps: ownReport(one, "scaling", folder).sweeps })),
      profiles: deep.map((one) => ({ variant: one.label, profiles: ownReport(one, "profile", folder).profiles })),
    };
  } finally {
    for (const { worker } of [...started.ours, ...started.peers]) worker.end();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

function print(report) {
  for (const { what, variant, peer, wall, lowest, highest, ofMinima, goal } of bench.ratiosOf(report)) {
    const aim = goal === undefined ? "" : `  goal ${goal.toFixed(2)} ${wall <= goal ? "met" : "missed"}`;
    const range = `${lowest.toFixed(2)} to ${highest.toFixed(2)}, minima ${ofMinima.toFixed(2)}`;
    process.stdout.write(
      `${what.padEnd(42)} ${variant.padEnd(24)} / ${peer.padEnd(13)} ${wall.toFixed(2)} (${range})${aim}\n`,
    );
  }
}

async function main() {
  const options = parse();
  if (options.help) {
    process.stdout.write(help);
    return;
  }
  const report = options.from ? JSON.parse(fs.readFileSync(options.from, "utf8")) : await measure(options);
  if (!options.from) await writeAtomically(path.resolve(options.json), `${JSON.stringify(report)}\n`);
  await writeAtomically(path.resolve(options.page), bench.resultsPage(report));
  if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
  print(report);
  say(`wrote ${path.relative(process.cwd(), options.page)}`);
  const differs = report.sameWork.filter(({ largestDifference, tolerance }) => !(largestDifference <= tolerance));
  if (differs.length > 0) {
    say(`${differs.length} comparisons show different work, so the ratios mean nothing; see the page`);
    process.exitCode = 1;
  }
}

main().catch((error) => {
  say(error.message);
  process.exitCode = 2;
});
