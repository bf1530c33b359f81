/** `node .ci/runMustFail.cjs REPORT`: every notebook that must fail does, through the command line, with its own message. */
const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const mustFail = require("./mustFail.cjs");

const root = path.join(__dirname, "..");
const counts = { passed: 0, failed: 0 };
for (const [name, { exit, says }] of Object.entries(mustFail)) {
  const notebook = path.join("tests", "fixtures", "notebooks", `${name}.ipynb`);
  const args = ["align", "run", notebook, "--cell-timeout", "3", "--out", "build/must-fail"];
  const { status, stdout, stderr } = spawnSync("npx", args, { cwd: root, encoding: "utf8" });
  const red = status === exit && says.test(stdout + stderr);
  const verdict = red ? "red, as it should be" : `WRONG, exit ${status}:\n${stdout}${stderr}`;
  process.stdout.write(`must fail: ${name}: ${verdict}\n`);
  counts[red ? "passed" : "failed"] += 1;
}
fs.writeFileSync(process.argv[2], JSON.stringify(counts));
process.exitCode = counts.failed === 0 ? 0 : 1;
