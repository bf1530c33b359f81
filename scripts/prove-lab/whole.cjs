/** Run All: every cell ends, figures are drawn and answer to the mouse, formulas are typeset. */
const assert = require("node:assert");

async function runAll(notebook, minutes) {
  const { page } = notebook;
  await page.click('.lm-MenuBar-itemLabel:text-is("Run")');
  await page.click('.lm-Menu-itemLabel:text-is("Run All Cells")');
  const started = Date.now();
  await page.waitForFunction(
    () => {
      const cells = window.jupyterapp.shell.currentWidget.content.widgets.filter(({ model }) => model.type === "code");
      const last = cells.filter(({ model }) => model.sharedModel.getSource().trim() !== "").at(-1);
      const running = cells.some(({ model }) => model.executionState === "running");
      return !running && last.model.executionCount !== null;
    },
    undefined,
    { timeout: minutes * 60_000, polling: 1_000 },
  );
  const cells = (await notebook.cells()).filter(({ type, source }) => type === "code" && source.trim() !== "");
  const idle = cells.filter(({ count }) => count === null);
  assert.deepEqual(
    idle.map(({ id }) => id),
    [],
    "cells that were not run",
  );
  const teaching = (source) => /^\/\/\| expect-error:/.test(source);
  const failed = cells.filter(
    ({ outputs, source }) => outputs.some(({ output_type }) => output_type === "error") && !teaching(source),
  );
  assert.deepEqual(
    failed.map(({ id, outputs }) => `${id}: ${JSON.stringify(outputs).slice(0, 300)}`),
    [],
    "cells that failed",
  );
  return `${cells.length} code cells in ${((Date.now() - started) / 1000).toFixed(0)} s`;
}

/** The cells whose output is a figure: by what they ask for, so that a figure that does not come is missed. */
const figureCells = (cells) =>
  cells
    .filter(({ type, source }) => type === "code" && /^\s*(plot|smallMultiples)\(/m.test(source))
    .map(({ id }) => id);

const drawing = ".jp-OutputArea .js-plotly-plot";

async function figuresDrawn(notebook) {
  const ids = figureCells(await notebook.cells());
  assert(ids.length >= 5, `only ${ids.length} cells draw figures`);
  const missing = [];
  for (const id of ids) {
    const element = await notebook.element(id);
    const svg = await element.waitForSelector(`${drawing} svg.main-svg`, { timeout: 30_000 }).catch(() => undefined);
    const box = await svg?.boundingBox();
    if (!box || box.width < 300 || box.height < 150) missing.push(`${id} ${JSON.stringify(box ?? "not drawn")}`);
  }
  assert.deepEqual(missing, [], "figures that are not drawn");
  return `${ids.length} figures`;
}

/** The mouse on a curve shows its label; a click in the legend hides the trace. */
async function figureAnswers(notebook, id, { shoot }) {
  const { page } = notebook;
  const element = await notebook.element(id);
  const figure = await element.waitForSelector(drawing);
  await figure.scrollIntoViewIfNeeded();
  const area = await (await figure.$(".nsewdrag")).boundingBox();
  let label;
  for (let part = 0.1; part < 1 && !label; part += 0.04) {
    for (const height of [0.3, 0.5, 0.7]) {
      await page.mouse.move(area.x + area.width * part, area.y + area.height * height);
      await page.waitForTimeout(60);
      label ??= await figure.$eval(".hoverlayer", (layer) => layer.textContent.trim()).catch(() => "");
      label ||= undefined;
      if (label) break;
    }
  }
  assert(label, `no label anywhere in the figure of ${id}`);
  await shoot("figure-hover");
  const shown = () =>
    figure.$$eval(".legend .traces", (all) => all.filter((one) => one.style.opacity !== "0.5").length);
  const before = await shown();
  assert(before > 1, `the figure of ${id} has ${before} entries in its legend`);
  await (await figure.$(".legend .traces .legendtoggle")).click();
  await page.waitForTimeout(1_000); // plotly waits for a second click first
  const after = await shown();
  assert.equal(after, before - 1, "a click in the legend hides one trace");
  await (await figure.$(".legend .traces .legendtoggle")).click();
  await page.waitForTimeout(1_000);
  return `label "${label.slice(0, 40)}", legend ${before} → ${after}`;
}

/** What MathJax left undone: its own error messages, and dollars or backslashes where a formula should be. */
async function formulasTypeset(notebook) {
  await notebook.page.waitForTimeout(2_000);
  const found = await notebook.page.evaluate(() => {
    const panel = window.jupyterapp.shell.currentWidget.node;
    const rendered = [...panel.querySelectorAll(".jp-RenderedMarkdown, .jp-RenderedHTMLCommon, .jp-RenderedLatex")];
    const formulas = panel.querySelectorAll("mjx-container").length;
    const errors = [...panel.querySelectorAll("mjx-merror, [data-mjx-error]")].map((one) => one.textContent);
    const left = rendered.flatMap((one) => {
      const copy = one.cloneNode(true);
      for (const hidden of copy.querySelectorAll("mjx-container, code, pre, script, .js-plotly-plot, figure"))
        hidden.remove();
      return copy.textContent.match(/.{0,30}(\$|\\(frac|pi|beta|mathrm|log)\b|Math Processing Error).{0,30}/g) ?? [];
    });
    return { formulas, errors, left };
  });
  assert.deepEqual(found.errors, [], "formulas that MathJax refuses");
  assert.deepEqual(found.left, [], "formulas that are still source");
  assert(found.formulas > 100, `only ${found.formulas} formulas`);
  return `${found.formulas} formulas`;
}

module.exports = { figureAnswers, figuresDrawn, formulasTypeset, runAll };
