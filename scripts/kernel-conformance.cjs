/**
 * `npm run prove:kernel`: Jupyter's own test suite for kernels passes, and nbclient, papermill and nbmake, which only know
 * the protocol, fail on every notebook that must fail and pass the course. Makes .venv-conformance on first use (60 MB).
 *
 *   --full         all notebooks of the course; by default three that take a minute each
 *   --only NAME    the suite (protocol), or one notebook by its name
 *   --report FILE  counts, as Jest's JSON has them
 *
 * Exit 0: all as it should be. 75: a download was impossible. Anything else: a failure.
 */
const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const { option, root } = require("./backends/steps.cjs");
const { conformanceEnvironment } = require("./kernel-conformance/environment.cjs");
const { failing, passing } = require("./kernel-conformance/notebooks.cjs");
const { execute, names } = require("./kernel-conformance/runners.cjs");

const work = path.join(root, "build", "kernel-conformance");
const say = (line) => process.stdout.write(`${line}\n`);
const counts = { numPassedTests: 0, numFailedTests: 0, numRuntimeErrorTestSuites: 0 };

function count(isFine) {
  counts[isFine ? "numPassedTests" : "numFailedTests"]++;
}

/** Every test of the suite is enabled, so one that is skipped counts as failed. */
function runSuite(bin) {
  const args = ["-m", "pytest", "-v", "-rA", "--tb=short", "-p", "no:cacheprovider", "-p", "no:nbmake"];
  const file = path.join(__dirname, "kernel-conformance", "protocol.py");
  const { stdout, stderr } = spawnSync(bin("python"), [...args, file], { cwd: work, encoding: "utf8" });
  const tests = new Map(
    [...stdout.matchAll(/::(test_\w+)(?: \[.*?\])? (?:SUB)?(PASSED|FAILED|SKIPPED|ERROR)/g)].map(([, test, result]) => [
      test,
      result,
    ]),
  );
  const failed = new Set([...stdout.matchAll(/(?:FAILED|ERROR|SKIPPED).*?::(test_\w+)/g)].map(([, test]) => test));
  say(`jupyter_kernel_test: ${tests.size} tests`);
  for (const test of tests.keys()) {
    const isFine = tests.get(test) === "PASSED" && !failed.has(test);
    say(`  ${test.padEnd(24)} ${isFine ? "passed" : "FAILED"}`);
    count(isFine);
  }
  if (tests.size === 0 || failed.size > 0) say(`${stdout}${stderr}`);
  if (tests.size === 0) counts.numRuntimeErrorTestSuites++;
}

async function row(bin, { name, notebook, seconds, says }) {
  const cells = [];
  const problems = [];
  for (const runner of names) {
    const copy = path.join(work, `${name}.${runner}.ipynb`);
    const started = Date.now();
    const { status, text } = await execute(bin, runner, { notebook, copy, seconds });
    const took = `${((Date.now() - started) / 1000).toFixed(0)} s`;
    const isFine = says === undefined ? status === 0 : status > 0 && says.test(text);
    count(isFine);
    const verdict = status === 0 ? "passes" : "fails";
    cells.push(`${isFine ? verdict : says && status > 0 ? "OTHER REASON" : verdict.toUpperCase()}, ${took}`.padEnd(20));
    if (!isFine) problems.push(`${name}, ${runner}, exit ${status}:\n${text.split("\n").slice(-25).join("\n")}`);
  }
  say(`  ${name.padEnd(28)} ${cells.join(" ")}`);
  for (const problem of problems) say(problem);
}

async function main() {
  fs.rmSync(work, { recursive: true, force: true });
  fs.mkdirSync(work, { recursive: true });
  const bin = conformanceEnvironment();
  const only = option("only", undefined);
  const wanted = ({ name }) => only === undefined || name === only;
  if (only === undefined || only === "protocol") runSuite(bin);
  say(`must fail                      ${names.map((name) => name.padEnd(20)).join(" ")}`);
  for (const one of failing().filter(wanted)) await row(bin, one);
  say("must pass");
  for (const one of passing(process.argv.includes("--full")).filter(wanted)) await row(bin, one);
  say(
    "The three hangs fail by the runner's own limit (20 s here): no protocol can tell a hang from a long computation.",
  );
  say("late-timer fails although nothing runs after its last cell: without stdin, a reply waits up to 2 s for timers.");
  const { numPassedTests: passed, numFailedTests: failed } = counts;
  say(`${passed} passed, ${failed} failed`);
  const report = option("report", undefined);
  if (report !== undefined) {
    fs.mkdirSync(path.dirname(path.resolve(report)), { recursive: true });
    fs.writeFileSync(report, JSON.stringify(counts));
  }
  process.exitCode = failed + counts.numRuntimeErrorTestSuites === 0 ? 0 : 1;
}

main().catch((error) => {
  process.stderr.write(`prove:kernel: ${error.message}\n`);
  process.exitCode = error.exitCode ?? 1;
});
