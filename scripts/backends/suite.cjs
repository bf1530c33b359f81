/** Runs the tests of tensors, model and training on one backend, and prints the counts. */
const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const { root } = require("./steps.cjs");

/**
 * @param name a backend
 * @param {{ env?: object, jest?: string[], report?: string }} options environment beside the usual; more arguments of
 *   Jest; where its JSON report goes
 * @returns Jest's exit code
 */
function runSuite(name, { env = {}, jest = [], report = path.join(root, "build", "backends", `${name}.json`) } = {}) {
  fs.mkdirSync(path.dirname(report), { recursive: true });
  fs.rmSync(report, { force: true });
  const script = path.join(path.dirname(require.resolve("jest/package.json", { paths: [root] })), "bin", "jest.js");
  const reporting = ["--json", `--outputFile=${report}`];
  // Software adapters and cold caches are slow; a test that hangs still ends.
  const args = [script, "--selectProjects", `backend ${name}`, "--testTimeout=240000", ...reporting, ...jest];
  const all = { ...process.env, ALIGN_TEST_BACKEND: name, TF_CPP_MIN_LOG_LEVEL: "2", ...env };
  // Jest's own report goes to stderr, its JSON to the file: stdout stays free for the counts.
  const { status } = spawnSync(process.execPath, args, { cwd: root, env: all, stdio: ["ignore", "ignore", "inherit"] });
  if (!fs.existsSync(report)) {
    process.stderr.write(`${name}: the suite crashed before it could report\n`);
    return status || 1;
  }
  const counts = JSON.parse(fs.readFileSync(report, "utf8"));
  const skipped = counts.testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status === "pending");
  for (const { fullName } of skipped) process.stdout.write(`  not on ${name}: ${fullName}\n`);
  const crashed = counts.numRuntimeErrorTestSuites;
  process.stdout.write(
    `${name}: ${counts.numPassedTests} tests passed, ${counts.numFailedTests + crashed} failed, ${skipped.length} skipped\n`,
  );
  return status ?? 1;
}

module.exports = { runSuite };
