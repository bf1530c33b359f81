/** What a learner does in a notebook: a wrong answer, a right one, a cell that takes too long, coming back later. */
const assert = require("node:assert");
const { Notebook, outputText } = require("./notebook.cjs");

const id = "implicit-reward";
const signature =
  "//| exercise: implicit-reward (difficulty 1, minutes 5)\n" +
  "const implicitReward = (policyLogps: tf.Tensor1D, referenceLogps: tf.Tensor1D, beta: number): tf.Tensor1D =>\n";
const wrong = `${signature}  policyLogps.sub(referenceLogps);`;
const right = `${signature}  policyLogps.sub(referenceLogps).mul(beta);`;

/** Fills in the stub, runs it and its check; gives what the check says on the screen. */
async function answer(notebook, text) {
  await notebook.type(id, text);
  await notebook.run(id);
  await notebook.run(`${id}-check`);
  const element = await notebook.element(`${id}-check`);
  return (await element.$eval(".jp-OutputArea", (area) => area.textContent)).trim();
}

async function wrongAnswer(notebook, { shoot }) {
  const said = await answer(notebook, wrong);
  assert.match(said, /✗ implicit-reward: β is missing: the log-ratio is not yet a reward/);
  await shoot("wrong-answer");
}

async function rightAnswer(notebook, { shoot }) {
  const said = await answer(notebook, right);
  assert.match(said, /✓ implicit-reward/);
  assert.doesNotMatch(said, /✗/);
  await shoot("right-answer");
}

/** A loop that never ends, stopped by the key I pressed twice; the variables are there afterwards. */
async function interrupted(notebook, { shoot }) {
  const { page } = notebook;
  const last = (await notebook.cells()).at(-1).id;
  const before = await notebook.insertBelow(last);
  await notebook.type(before, "const kept = 41;");
  await notebook.run(before);
  const loop = await notebook.insertBelow(before);
  await notebook.type(loop, "for (let i = 0; ; i++) {}");
  await notebook.select(loop);
  await page.keyboard.press("ControlOrMeta+Enter");
  await page.waitForTimeout(3_000);
  const state = () => page.evaluate(() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.status);
  assert.equal(await state(), "busy", "the loop runs");
  await page.keyboard.press("i");
  await page.keyboard.press("i");
  const pressed = Date.now();
  await page.waitForFunction(
    () => window.jupyterapp.shell.currentWidget.sessionContext.session?.kernel?.status === "idle",
    undefined,
    { timeout: 30_000 },
  );
  const seconds = ((Date.now() - pressed) / 1000).toFixed(1);
  await shoot("interrupted");
  const after = await notebook.insertBelow(loop);
  await notebook.type(after, "kept + 1");
  const { outputs } = await notebook.run(after);
  assert.equal(outputText(outputs).trim(), "42", "the variable of before is still there");
  return `after ${seconds} s`;
}

/** Saved, closed, opened again: the answer and its outputs are there, the figures too. */
async function reopened(notebook, { shoot }) {
  await notebook.save();
  const { page } = notebook;
  await page.reload();
  const again = await Notebook.opened(page, "06-dpo.ipynb");
  assert.equal((await again.cell(id)).source, right);
  const element = await again.element(`${id}-check`);
  assert.match(await element.$eval(".jp-OutputArea", (area) => area.textContent), /✓ implicit-reward/);
  const figure = await again.element("sweep-figure");
  await figure.waitForSelector(".js-plotly-plot svg.main-svg", { timeout: 30_000 });
  await page.waitForTimeout(1_000); // figures above move what is below them
  await again.element(id);
  await shoot("reopened");
}

module.exports = { interrupted, reopened, rightAnswer, wrongAnswer };
