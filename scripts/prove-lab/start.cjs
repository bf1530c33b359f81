/** From the address to the first cell: the start page, the notebook, its kernel. */
const assert = require("node:assert");
const { execFileSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const { Notebook, outputText } = require("./notebook.cjs");

/** What would come between a learner and the course. */
async function nothingInTheWay(page) {
  const dialogs = await page.$$eval(".jp-Dialog", (all) => all.map((one) => one.textContent));
  assert.deepEqual(dialogs, [], "a dialogue is open");
  const toasts = await page.$$eval(".Toastify__toast", (all) => all.map((one) => one.textContent));
  assert.deepEqual(toasts, [], "a notification is shown");
}

/** The contents as a page, every notebook linked; a click opens one. */
async function startPage(page, { project, shoot }) {
  const rendered = await page.waitForSelector(".jp-MarkdownViewer table a", { timeout: 120_000 });
  assert(rendered);
  const links = await page.$$eval(".jp-MarkdownViewer table a", (all) => all.map((one) => one.textContent));
  const notebooks = fs.readdirSync(path.join(project, "notebooks")).filter((name) => name.endsWith(".ipynb"));
  assert.equal(links.length, notebooks.length, `links: ${links.join(", ")}`);
  await page.waitForTimeout(1_000); // a notification would take a moment
  await nothingInTheWay(page);
  await shoot("start-page");
  return `${links.length} notebooks linked`;
}

/** By a click on its link. */
async function openNotebook(page, link, name) {
  await page.click(`.jp-MarkdownViewer table a:has-text("${link}")`);
  const notebook = await Notebook.opened(page, name);
  await nothingInTheWay(page);
  return notebook;
}

/** The notebook on the screen is the one on the disk. */
async function unchanged(page, file) {
  await page.waitForTimeout(2_000); // a change of metadata would come with the kernel
  const shown = JSON.parse(
    await page.evaluate(() => JSON.stringify(window.jupyterapp.shell.currentWidget.context.model.toJSON())),
  );
  const joined = (notebook) => ({
    ...notebook,
    cells: notebook.cells.map((cell) => ({
      ...cell,
      source: [cell.source].flat().join(""),
      outputs: cell.outputs?.length,
      metadata: { ...cell.metadata, trusted: undefined }, // not part of the file
    })),
  });
  assert.deepEqual(joined(shown), joined(JSON.parse(fs.readFileSync(file, "utf8"))));
}

async function kernelName(page) {
  const shown = await page.$eval(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-KernelName", (one) =>
    one.textContent.trim(),
  );
  assert.equal(shown, "TypeScript (alignment)");
  await nothingInTheWay(page);
}

async function firstCell(notebook) {
  const { outputs } = await notebook.run("setup", 180);
  const text = outputText(outputs);
  assert.match(text, /wasm/, `the first cell says which backend computes; it said ${JSON.stringify(text)}`);
  assert(!outputs.some(({ output_type }) => output_type === "error"), text);
}

/** What editors read: VS Code's Jupyter extension looks for kernels in the environment's own folder. */
function registeredKernel(project) {
  const jupyter = path.join(project, ".venv", process.platform === "win32" ? "Scripts" : "bin", "jupyter");
  const said = execFileSync(jupyter, ["kernelspec", "list", "--json"], { encoding: "utf8", timeout: 180_000 });
  const { resource_dir, spec } = JSON.parse(said).kernelspecs.alignment;
  assert.equal(resource_dir, path.join(project, ".venv", "share", "jupyter", "kernels", "alignment"));
  assert.equal(spec.display_name, "TypeScript (alignment)");
  assert.equal(spec.interrupt_mode, "message");
  return `interrupt_mode ${spec.interrupt_mode}`;
}

module.exports = { firstCell, kernelName, nothingInTheWay, openNotebook, registeredKernel, startPage, unchanged };
