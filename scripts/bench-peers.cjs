/**
 * `npm run bench:peers`: ours against PyTorch, transformers and TRL on the same shapes, weights and rows, in turns.
 * Writes build/bench/peers.json and tests/bench/RESULTS.md; prints the ratios.
 */
const fs = require("node:fs");
const path = require("node:path");
const bench = require("../kernel-utils/dist/bench");
const { writeAtomically } = require("../kernel-utils/dist/writeAtomically");
const { measure } = require("./peers/measure.cjs");
const { help, parseOptions } = require("./peers/options.cjs");
const { say } = require("./peers/virtualEnvironment.cjs");

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
  const options = parseOptions();
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
