/**
 * `npm run prove:book`: builds the reading site, serves it from a folder as any file server would, and looks at every page in
 * a browser that can reach nothing else. It is built for a path below the server's root, where an address that forgets the
 * path leads nowhere: what holds there holds at the root.
 *
 *   --built          take the site that the last run has built
 *   --quick          without the chapters that run in the page
 *   --only NAME      one step (see scripts/prove-book/steps.cjs)
 *   --report FILE    where the counts go, in the form of Jest's report
 *
 * Exit 0: all held. 1: something did not. 75: a download was impossible.
 */
const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const { chromium } = require("playwright-core");
const { findChromium } = require("./backends/chromium.cjs");
const { Failure, option, root } = require("./backends/steps.cjs");
const { tally } = require("./backends/tally.cjs");
const { pagesOf } = require("./prove-book/pages.cjs");
const { steps } = require("./prove-book/steps.cjs");

const base = "/some/course/";
const site = path.join(root, "build", "book-sub-path");
const results = path.join(root, "build", "prove-book");

function build(...given) {
  const align = path.join(root, "kernel-utils", "bin", "align.js");
  const args = ["book", ...given];
  const { status } = spawnSync(process.execPath, [align, ...args], { cwd: root, stdio: "inherit" });
  if (status !== 0) throw new Failure(`align ${args.join(" ")} exited ${status}`);
}

const { counts, check, close } = tally();

async function main() {
  if (!process.argv.includes("--built")) build("--out", site, "--base", base);
  else if (!fs.existsSync(path.join(site, "index.html")))
    throw new Failure(`${site} holds no site; leave --built out`, 2);
  const { serveFolder } = require("../kernel-utils/dist/book/build/serve.js");
  const { version, ...browserOptions } = findChromium();
  process.stdout.write(`${version}\n`);
  const only = option("only", undefined);
  if (only && !steps.some(({ name }) => name === only)) {
    throw new Failure(`--only ${only} is no step; there are ${steps.map(({ name }) => name).join(", ")}`, 2);
  }
  const server = await serveFolder(site, { base });
  const browser = await chromium.launch(browserOptions);
  try {
    fs.mkdirSync(results, { recursive: true });
    const isQuick = process.argv.includes("--quick");
    const context = {
      root,
      site,
      base,
      results,
      browser,
      address: server.address,
      pages: pagesOf(site),
      check,
      isQuick,
    };
    for (const { name, run } of steps) {
      if (only && only !== name) continue;
      const [started, before] = [Date.now(), counts.passed];
      process.stdout.write(`=== ${name}\n`);
      await run(context).catch((error) => check(name, false, String(error?.stack ?? error)));
      const seconds = ((Date.now() - started) / 1000).toFixed(0);
      process.stdout.write(`  ${counts.passed - before} held, ${seconds} s\n`);
    }
  } finally {
    await browser.close();
    await server.close();
  }
}

main()
  .then(() => {
    const { passed, failed } = counts;
    const report = { numPassedTests: passed, numFailedTests: failed.length, numRuntimeErrorTestSuites: 0 };
    const file = path.resolve(option("report", path.join(results, "report.json")));
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
    for (const what of failed) process.stdout.write(`failed: ${what}\n`);
    close("prove:book");
  })
  .catch((error) => {
    if (!(error instanceof Failure)) throw error;
    process.stderr.write(`prove:book: ${error.message}\n`);
    process.exitCode = error.exitCode;
  });
