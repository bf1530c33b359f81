/** Runs the lanes of continuous integration one after another, goes on after a failure, and counts at the end. */
const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const mustFail = require("./mustFail.cjs");
const { readmeBlocks } = require("./readme.cjs");

const root = path.join(__dirname, "..");
const reports = path.join(root, "build", "ci");
const tally = { passed: 0, failed: 0, failures: [] };

function count(label, passed, failed) {
  tally.passed += passed;
  tally.failed += failed;
  if (failed > 0) tally.failures.push(label);
}

/** Runs one shell command with its output shown; counts as one, unless it left a report with counts of its own. */
function lane(label, command, { report } = {}) {
  const started = Date.now();
  process.stdout.write(`\n=== ${label}: ${command.trim().split("\n").join("; ")}\n`);
  const { status, signal } = spawnSync("bash", ["-euo", "pipefail", "-c", command], { cwd: root, stdio: "inherit" });
  const ok = status === 0;
  const seconds = ((Date.now() - started) / 1000).toFixed(0);
  process.stdout.write(`=== ${label}: ${ok ? "ok" : `FAILED (exit ${status ?? signal})`} in ${seconds} s\n`);
  const counts = report?.();
  if (counts) count(label, counts.passed, counts.failed);
  // A lane that failed without a failed test (a crash, a usage error) must not pass as green.
  if (!counts || (!ok && counts.failed === 0)) count(label, ok ? 1 : 0, ok ? 0 : 1);
  return ok;
}

/** Counts of a Jest JSON report; a suite that could not run at all counts as one failure. */
function jestCounts(file) {
  return () => {
    if (!fs.existsSync(file)) return undefined;
    const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = JSON.parse(fs.readFileSync(file, "utf8"));
    return { passed: numPassedTests, failed: numFailedTests + numRuntimeErrorTestSuites };
  };
}

function runCountedJest(label, script) {
  const file = path.join(reports, `${label}.json`);
  lane(label, `${script} -- --json --outputFile=${JSON.stringify(file)}`, { report: jestCounts(file) });
}

/** What scripts/backends/steps.cjs exits with where a download was impossible: the only reason to go without a proof. */
const unreachable = 75;

/** Builds or fetches an optional backend and runs the tests of tensors, model and training on it. */
function runProof(name, ...extra) {
  const file = path.join(reports, `prove-${name}.json`);
  const args = ["run", `prove:${name}`, "--", "--report", file, ...extra];
  process.stdout.write(`\n=== prove ${name}: npm ${args.join(" ")}\n`);
  const started = Date.now();
  const { status } = spawnSync("npm", args, {
    cwd: root,
    stdio: "inherit",
    timeout: 6 * 60_000,
    killSignal: "SIGKILL",
  });
  const seconds = ((Date.now() - started) / 1000).toFixed(0);
  if (status === unreachable) {
    process.stdout.write(`=== prove ${name}: SKIPPED after ${seconds} s, a download was impossible (see above)\n`);
    return;
  }
  process.stdout.write(`=== prove ${name}: ${status === 0 ? "ok" : `FAILED (exit ${status})`} in ${seconds} s\n`);
  const counts = jestCounts(file)();
  if (counts) count(`prove ${name}`, counts.passed, counts.failed);
  if (!counts || (status !== 0 && counts.failed === 0)) count(`prove ${name}`, 0, 1);
}

function runReadme() {
  readmeBlocks(path.join(root, "README.md")).forEach((command, index) => {
    if (command.trim() === "npm test") runCountedJest("npm-test", "npm test");
    else lane(`README command ${index + 1}`, command);
  });
}

/** Every notebook that must fail does, through the command line, with its own message and exit code. */
function runMustFail() {
  for (const [name, { exit, says }] of Object.entries(mustFail)) {
    const notebook = path.join("tests", "fixtures", "notebooks", `${name}.ipynb`);
    const args = ["align", "run", notebook, "--cell-timeout", "3", "--out", "build/must-fail"];
    const { status, stdout, stderr } = spawnSync("npx", args, { cwd: root, encoding: "utf8" });
    const red = status === exit && says.test(stdout + stderr);
    process.stdout.write(
      `must fail: ${name}: ${red ? "red, as it should be" : `WRONG, exit ${status}:\n${stdout}${stderr}`}\n`,
    );
    count(`must fail: ${name}`, red ? 1 : 0, red ? 0 : 1);
  }
}

fs.rmSync(path.join(root, "build"), { recursive: true, force: true });
fs.mkdirSync(reports, { recursive: true });
if (lane("clean install", "npm ci")) {
  lane("check", "npm run check");
  runReadme();
  lane("notebooks checked", "npx align check");
  lane("mistakes refused", "npx align check --mutate");
  lane("figures measured again", "npm run results:check");
  runMustFail();
  runCountedJest("slow", "npm run test:slow");
  // After the README's `align accelerate`: the suite once more with products by the native library, on two threads.
  runCountedJest("native-blas", "ALIGN_BLAS=auto ALIGN_THREADS=2 npm run test:tensors");
  runProof("tensorflow");
  runProof("webgpu", "--quick");
}
for (const label of tally.failures) process.stdout.write(`failed: ${label}\n`);
process.stdout.write(`${tally.passed} passed, ${tally.failed} failed\n`);
process.exitCode = tally.failed === 0 ? 0 : 1;
