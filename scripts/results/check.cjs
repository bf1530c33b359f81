/**
 * `npm run results:check [NAME]`: every committed table of figures, a sample of it measured again by the script that wrote
 * it (`node scripts/results/NAME.cjs --check`), with products by our own kernels, whose results are the same everywhere.
 */
const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");

const figures = path.join(__dirname, "..", "..", "data", "results");
/** Minutes until a script that has lost its way is stopped; a sample takes one, and the SFT model it may have to train another. */
const patience = 10;

const committed = fs
  .readdirSync(figures)
  .filter((file) => file.endsWith(".json"))
  .map((file) => path.basename(file, ".json"))
  .sort();
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !committed.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`results:check: no data/results/${unknown[0]}.json; there are ${committed.join(", ")}\n`);
  process.exit(2);
}

/** Why a table could not be shown to be right; undefined where its sample came back. */
function problemWith(name) {
  const script = path.join(__dirname, `${name}.cjs`);
  if (!fs.existsSync(script)) return `no scripts/results/${name}.cjs wrote it; nobody can measure it again`;
  if (!fs.readFileSync(script, "utf8").includes('"--check"')) return `scripts/results/${name}.cjs takes no --check`;
  const { status, signal, error } = spawnSync(process.execPath, [script, "--check"], {
    stdio: "inherit",
    env: { ...process.env, ALIGN_BLAS: "off" },
    timeout: patience * 60_000,
  });
  if (error?.code === "ETIMEDOUT") return `its sample took longer than ${patience} minutes`;
  return status === 0 ? undefined : `its sample ended with ${signal ?? `exit ${status}`}, see above`;
}

for (const name of asked.length > 0 ? asked : committed) {
  const started = Date.now();
  process.stdout.write(`data/results/${name}.json:\n`);
  const problem = problemWith(name);
  const seconds = ((Date.now() - started) / 1000).toFixed(0);
  if (problem) process.exitCode = 1;
  process.stdout.write(`data/results/${name}.json: ${problem ? `FAILED, ${problem}` : `ok in ${seconds} s`}\n`);
}
