/** How many single tests a lane stands for: from the report it leaves, else one. */
const fs = require("node:fs");

/**
 * @param {string | undefined} file Jest's JSON report, or `{ "passed": N, "failed": N }`
 * @returns {{ passed: number, failed: number } | undefined} undefined where there is no such report; a suite of Jest's
 *   that could not run at all counts as a failure
 */
function readCounts(file) {
  if (file === undefined || !fs.existsSync(file)) return undefined;
  const report = JSON.parse(fs.readFileSync(file, "utf8"));
  const passed = report.numPassedTests ?? report.passed;
  const failed =
    report.numFailedTests === undefined ? report.failed : report.numFailedTests + report.numRuntimeErrorTestSuites;
  return Number.isInteger(passed) && Number.isInteger(failed) ? { passed, failed } : undefined;
}

/**
 * A lane that failed without a failed test (a crash, a usage error) must not pass as green, nor one that was to leave a
 * report and did not.
 * @param {{ status: string }} result of runLane
 * @param {string | undefined} report
 */
function laneCounts({ status }, report) {
  if (status === "skipped") return { passed: 0, failed: 0 };
  const counts = readCounts(report);
  if (report === undefined) return { passed: status === "ok" ? 1 : 0, failed: status === "ok" ? 0 : 1 };
  if (counts === undefined || (counts.passed === 0 && counts.failed === 0)) return { passed: 0, failed: 1 };
  return { passed: counts.passed, failed: counts.failed === 0 && status !== "ok" ? 1 : counts.failed };
}

module.exports = { laneCounts, readCounts };
