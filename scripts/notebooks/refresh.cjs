/**
 * `npm run notebooks:refresh [NAME…]`: executes notebooks headlessly, untouched stubs and all, and writes into them what
 * of their outputs is kept in the repository (kernel-utils/src/notebook/committed). `06-dpo` or a path; none means all.
 *
 *   --check          writes nothing and exits 1 where the outputs in the repository are not the ones that come out now;
 *                    75 where they were made on another major version of Node, whose Math may differ in the last digit
 *   --report FILE    with --check: {"passed": N, "failed": N}, a notebook each
 *   --clear          takes the outputs out instead
 *   --executed DIR   executed copies from `align run --out DIR` instead of executing again
 *   --jobs N         notebooks at a time, by default one a processor
 *
 * Everywhere the same: products by our own kernels, which give the same bits on any number of threads, and nobody's progress.
 */
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { parseArgs } = require("node:util");

const root = path.join(__dirname, "..", "..");
const dist = path.join(root, "kernel-utils", "dist");
Object.assign(process.env, {
  ...{ ALIGN_BLAS: "off", ALIGN_THREADS: "1", ALIGN_PROGRESS: "off", ALIGN_BACKEND_PATH: "", FORCE_COLOR: "0" },
});
const { runNotebooks, failureLines } = require(path.join(dist, "runner"));
const { committedNotebook, firstDifference, recordOf, withoutOutputs } = require(
  path.join(dist, "notebook", "committed"),
);
const { writeAtomically } = require(path.join(dist, "writeAtomically.js"));
const { fail, notebookFiles } = require("./files.cjs");

function parse() {
  try {
    const flags = Object.fromEntries(["check", "clear"].map((name) => [name, { type: "boolean" }]));
    const texts = Object.fromEntries(["executed", "report", "jobs"].map((name) => [name, { type: "string" }]));
    return parseArgs({ allowPositionals: true, options: { ...flags, ...texts } });
  } catch (error) {
    return fail(error.message);
  }
}

const { values, positionals } = parse();

const read = (file) => JSON.parse(fs.readFileSync(file, "utf8"));

async function provenance() {
  const { useBackend, backendReport } = require(path.join(dist, "index.js"));
  await useBackend("wasm");
  const { version } = read(path.join(root, "kernel-utils", "package.json"));
  return { tool: version, backend: backendReport().identity, node: process.versions.node.split(".")[0] };
}

/** The executed copies: where they are, or made now. */
async function executedCopies(files) {
  if (values.executed !== undefined) return { folder: values.executed, failed: new Set() };
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "align-refresh-"));
  process.once("exit", () => fs.rmSync(folder, { recursive: true, force: true }));
  const jobs = Number(values.jobs ?? os.availableParallelism());
  if (!Number.isInteger(jobs) || jobs < 1) fail(`--jobs is "${values.jobs}"; give a whole number, 1 or more`);
  const finished = ({ path: shown, status, seconds }) => {
    process.stderr.write(`${shown}: ${status} in ${seconds.toFixed(0)} s\n`);
  };
  const report = await runNotebooks(files, { out: folder, jobs, cellTimeoutSeconds: 900, listener: { finished } });
  const failed = new Set();
  for (const notebook of report.notebooks.filter(({ status }) => status !== "passed")) {
    failed.add(path.resolve(notebook.path));
    for (const line of failureLines(notebook)) process.stderr.write(`notebooks:refresh: ${line}\n`);
  }
  return { folder, failed };
}

/** PNG of a figure's SVG, by the library's own renderer. */
async function toPng(svg) {
  const { figurePng } = require(path.join(dist, "notebook", "display", "figure", "figurePng.js"));
  return figurePng(svg);
}

/** @returns whether what came out now is what the file has; one without outputs promises nothing */
function compare(file, text) {
  if (recordOf(read(file)) === undefined) {
    process.stdout.write(`${path.relative(root, file)}: keeps no outputs\n`);
    return true;
  }
  const difference = firstDifference(fs.readFileSync(file, "utf8"), text);
  if (difference === undefined) process.stdout.write(`${path.relative(root, file)}: as committed\n`);
  else process.stdout.write(`${path.relative(root, file)}: ${difference}\n`);
  return difference === undefined;
}

async function main() {
  const files = notebookFiles(positionals);
  if (values.clear) {
    for (const file of files) await writeAtomically(file, withoutOutputs(read(file)));
    return 0;
  }
  const made = await provenance();
  if (values.check) {
    const others = files.map((file) => recordOf(read(file))?.node).filter((node) => node && node !== made.node);
    if (others.length > 0) {
      process.stdout.write(`the outputs were made on Node ${others[0]}, this is ${made.node}: not compared\n`);
      return 75;
    }
  }
  const { folder, failed } = await executedCopies(files);
  let wrong = failed.size;
  for (const file of files.filter((one) => !failed.has(one))) {
    const executed = path.resolve(folder, path.basename(file));
    const text = await committedNotebook(read(file), read(executed), toPng, made);
    if (values.check) {
      if (!compare(file, text)) wrong += 1;
      continue;
    }
    await writeAtomically(file, text);
    process.stdout.write(`${path.relative(root, file)}: ${(Buffer.byteLength(text) / 1000).toFixed(0)} kB\n`);
  }
  if (values.report) fs.writeFileSync(values.report, JSON.stringify({ passed: files.length - wrong, failed: wrong }));
  return wrong > 0 ? 1 : 0;
}

main().then(
  (code) => process.exit(code),
  (error) => fail(error.message),
);
