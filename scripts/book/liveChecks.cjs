/**
 * Live pages of a built site, in headless Chromium. A step of `npm run prove:book`; alone:
 *
 *   node scripts/book/liveChecks.cjs [--site DIR] [--only sizes|exercises|access|chapters] [--chapters NAME,NAME]
 *
 * Builds the site, without outputs, where DIR (default build/book) holds none.
 */
const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const { chromium } = require("playwright-core");
const { findChromium } = require("../backends/chromium.cjs");
const { Failure, option, root } = require("../backends/steps.cjs");
const { tally } = require("../backends/tally.cjs");
const { access, sizes } = require("./liveAccess.cjs");
const { chapters, required } = require("./liveChapters.cjs");
const { exercises } = require("./liveExercises.cjs");

const parts = { sizes, exercises, access, chapters };

/** @param context `check(what, holds, detail)` counts; `results`, if given, is a folder for screenshots */
async function run(context, names = Object.keys(parts)) {
  for (const name of names) await parts[name](context);
}

function built(site) {
  if (fs.existsSync(path.join(site, "live", "sizes.json"))) return;
  const align = path.join(root, "kernel-utils", "bin", "align.js");
  const { status } = spawnSync(process.execPath, [align, "book", "--draft", "--out", site], {
    cwd: root,
    stdio: "inherit",
  });
  if (status !== 0) throw new Failure(`align book exited ${status}`);
}

async function alone() {
  const site = path.resolve(option("site", path.join(root, "build", "book")));
  const only = option("only", undefined);
  if (only && !(only in parts))
    throw new Failure(`--only ${only} is no part; there are ${Object.keys(parts).join(", ")}`, 2);
  built(site);
  const { serveFolder } = require("../../kernel-utils/dist/book/build/serve.js");
  const { version, ...browserOptions } = findChromium();
  process.stdout.write(`${version}\n`);
  const { check, close } = tally({ isFull: true });
  const results = path.join(root, "build", "live-checks");
  fs.mkdirSync(results, { recursive: true });
  const server = await serveFolder(site);
  const browser = await chromium.launch(browserOptions);
  try {
    const chosen = option("chapters", required.join(",")).split(",");
    await run({ browser, address: server.address, check, results, only: chosen }, only ? [only] : undefined);
  } finally {
    await browser.close();
    await server.close();
  }
  close("live pages");
}

module.exports = { name: "live", run };

if (require.main === module) {
  alone().catch((error) => {
    if (!(error instanceof Failure)) throw error;
    process.stderr.write(`live pages: ${error.message}\n`);
    process.exitCode = error.exitCode;
  });
}
