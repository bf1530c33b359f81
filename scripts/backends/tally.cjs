/** Counts what holds, and says at once what does not; with `isFull` also what does. */
function tally({ isFull = false } = {}) {
  const counts = { passed: 0, failed: [] };
  const check = (what, holds, detail = "") => {
    if (holds) counts.passed += 1;
    else counts.failed.push(what);
    if (isFull || !holds)
      process.stdout.write(`  ${holds ? "✓" : "✗"} ${what}${holds || !detail ? "" : `: ${detail}`}\n`);
    return holds;
  };
  /** The last line, and the exit code that goes with it. */
  const close = (name) => {
    process.stdout.write(`${name}: ${counts.passed} held, ${counts.failed.length} did not\n`);
    process.exitCode = counts.failed.length === 0 ? 0 : 1;
  };
  return { counts, check, close };
}

module.exports = { tally };
