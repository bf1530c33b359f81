/**
 * `npm run prove:lab`: JupyterLab as a learner meets it, in Chromium without a screen. Sets the course up from nothing in
 * build/lab/project, opens notebook 06, runs all of it, and uses it: figures, formulas, exercises, interrupt, coming back.
 *
 *   --keep-environment   use the virtual environment of an earlier run again; then no set-up time is measured
 *   --report FILE        where the counts go, in the form of Jest's JSON report
 *
 * Screenshots go to build/screenshots/lab/. Exit 0: all facts hold. 75: a download was impossible. Else: a failure.
 */
const assert = require("node:assert");
const fs = require("node:fs");
const path = require("node:path");
const { chromium } = require("playwright-core");
const { findChromium } = require("./backends/chromium.cjs");
const { option, prove, root } = require("./backends/steps.cjs");
const { processesOf, startLab } = require("./prove-lab/alignLab.cjs");
const { interrupted, reopened, rightAnswer, wrongAnswer } = require("./prove-lab/learner.cjs");
const { copyProject, environment } = require("./prove-lab/project.cjs");
const { Facts } = require("./prove-lab/report.cjs");
const {
  firstCell,
  kernelName,
  openNotebook,
  registeredKernel,
  startPage,
  unchanged,
} = require("./prove-lab/start.cjs");
const { figureAnswers, figuresDrawn, formulasTypeset, runAll } = require("./prove-lab/whole.cjs");

const folder = path.join(root, "build", "lab");
const project = path.join(folder, "project");
const screenshots = path.join(root, "build", "screenshots", "lab");

/** What the page may complain of without anybody being worse off; everything else is a failure. */
const allowed = [];

function watchConsole(page) {
  const complaints = [];
  page.on("console", (message) => {
    const text = `${message.text()} ${message.location().url ?? ""}`;
    if (message.type() === "error" && !allowed.some((pattern) => pattern.test(text)))
      complaints.push(text.slice(0, 300));
  });
  page.on("pageerror", (error) => complaints.push(`uncaught: ${error.message}`));
  return complaints;
}

async function study(facts, page, first, started) {
  const shoot = (name) => page.screenshot({ path: path.join(screenshots, `${name}.png`) });
  const complaints = watchConsole(page);
  await page.goto(first.address);
  await facts.fact("the start page lists the notebooks, and nothing is in the way", () =>
    startPage(page, { project, shoot }),
  );
  let notebook;
  await facts.fact("a click opens a notebook with the course's kernel, without a question", async () => {
    notebook = await openNotebook(page, "Direct Preference Optimization", "06-dpo.ipynb");
    await kernelName(page);
    await shoot("opened");
  });
  if (notebook === undefined) return;
  await facts.fact("opening it changes nothing in it", () =>
    unchanged(page, path.join(project, "notebooks", "06-dpo.ipynb")),
  );
  await facts.fact("the first cell runs", async () => {
    await firstCell(notebook);
    return `${((Date.now() - started) / 1000).toFixed(0)} s after the call of align lab`;
  });
  await facts.fact("Run All: every cell ends, none fails", () => runAll(notebook, 15));
  await facts.fact("every figure is drawn", () => figuresDrawn(notebook));
  await facts.fact("a figure answers to the mouse", () => figureAnswers(notebook, "exact", { shoot }));
  await facts.fact("every formula is typeset", () => formulasTypeset(notebook));
  await facts.fact("a wrong answer gets its mistake named", () => wrongAnswer(notebook, { shoot }));
  await facts.fact("the right answer gets a tick", () => rightAnswer(notebook, { shoot }));
  await facts.fact("an endless cell can be interrupted, and variables stay", () => interrupted(notebook, { shoot }));
  await facts.fact("the notebook comes back with its answers and figures", () => reopened(notebook, { shoot }));
  await page.emulateMedia({ colorScheme: "dark" });
  await notebook.element("sweep-figure");
  await page.waitForTimeout(3_000);
  await shoot("dark");
  await facts.fact("the browser's console has no complaint", () => assert.deepEqual(complaints, []));
}

prove("prove:lab", async () => {
  const keepsEnvironment = process.argv.includes("--keep-environment");
  const report = path.resolve(option("report", path.join(folder, "report.json")));
  const { version, ...launch } = findChromium();
  process.stdout.write(`${version}\n`);
  fs.rmSync(screenshots, { recursive: true, force: true });
  fs.mkdirSync(screenshots, { recursive: true });
  copyProject(project, { keepsEnvironment });
  const env = environment(path.join(folder, "home"));
  const facts = new Facts();
  const started = Date.now();
  const lab = await startLab(project, [], env);
  process.stdout.write(`  align lab: ${lab.seconds.toFixed(0)} s from nothing to the address\n`);
  const browser = await chromium.launch(launch);
  try {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    await study(facts, await context.newPage(), lab, started);
    await facts.fact("jupyter kernelspec list, as editors read it, names the kernel", () => registeredKernel(project));
    await facts.fact("a second align lab takes another port and says so", async () => {
      const second = await startLab(project, [], env);
      assert.match(second.said(), /is in use .*; taking \d+/);
      assert.equal(await second.end(), 0);
    });
  } finally {
    await browser.close();
    await facts.fact("Ctrl-C ends JupyterLab and its kernels", async () => {
      assert.equal(await lab.end(), 0);
      assert.deepEqual(processesOf(project), []);
    });
  }
  facts.write(report);
  process.stdout.write(`prove:lab: ${facts.passed.length} facts hold, ${facts.failed.length} do not\n`);
  return facts.failed.length === 0 ? 0 : 1;
});
