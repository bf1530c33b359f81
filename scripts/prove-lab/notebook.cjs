/**
 * A notebook in JupyterLab, as the test sees it. What a learner does is done with keys and clicks; JupyterLab's own objects
 * are only read, to know when a cell has ended and what it gave.
 */
const assert = require("node:assert");

/** Text as the screen shows it to a reader: not the sources that MathJax and plotly keep beside it. */
const outputText = (outputs) =>
  outputs.map(({ data, text, evalue }) => [data?.["text/plain"] ?? text ?? evalue ?? ""].flat().join("")).join("\n");

class Notebook {
  constructor(page) {
    this.page = page;
  }

  /** Waits until a notebook is in front and its kernel is ready. */
  static async opened(page, name) {
    await page.waitForSelector(`.jp-NotebookPanel:not(.lm-mod-hidden)`, { timeout: 60_000 });
    await page.waitForFunction(
      (wanted) => {
        const panel = window.jupyterapp.shell.currentWidget;
        return panel?.context?.path?.endsWith(wanted) && panel.context.isReady && panel.sessionContext?.isReady;
      },
      name,
      { timeout: 120_000 },
    );
    await page.waitForFunction(
      () => window.jupyterapp.shell.currentWidget.sessionContext.session?.kernel?.status === "idle",
      undefined,
      { timeout: 120_000 },
    );
    return new Notebook(page);
  }

  /** Every cell: its id, its type, its number of execution, whether it runs, its outputs. */
  cells() {
    return this.page.evaluate(() =>
      window.jupyterapp.shell.currentWidget.content.widgets.map(({ model }) => ({
        id: model.id,
        type: model.type,
        count: model.executionCount ?? null,
        state: model.executionState ?? "idle",
        source: model.sharedModel.getSource(),
        outputs: model.outputs?.toJSON() ?? [],
      })),
    );
  }

  async cell(id) {
    const cell = (await this.cells()).find((one) => one.id === id);
    assert(cell, `there is no cell ${id}`);
    return cell;
  }

  /** The element of a cell, scrolled into view. JupyterLab makes elements anew while it lays a notebook out. */
  async element(id, tries = 10) {
    const handle = await this.page.evaluateHandle(
      (wanted) => window.jupyterapp.shell.currentWidget.content.widgets.find(({ model }) => model.id === wanted)?.node,
      id,
    );
    const element = handle.asElement();
    try {
      assert(element, `there is no cell ${id}`);
      await element.scrollIntoViewIfNeeded({ timeout: 10_000 });
      return element;
    } catch (error) {
      if (tries === 1) throw error;
      await this.page.waitForTimeout(1_000);
      return this.element(id, tries - 1);
    }
  }

  async select(id) {
    const element = await this.element(id);
    await (await element.$(".jp-InputPrompt, .jp-InputArea-prompt")).click();
  }

  /** Puts the cursor into a cell and replaces what stands there. */
  async type(id, text) {
    const element = await this.element(id);
    await (await element.$(".cm-content")).click();
    await this.page.keyboard.press("ControlOrMeta+A");
    await this.page.keyboard.insertText(text);
  }

  /** Shift+Enter in a cell; waits until it has run. */
  async run(id, seconds = 60) {
    const before = (await this.cell(id)).count;
    await this.select(id);
    await this.page.keyboard.press("Shift+Enter");
    await this.page.waitForFunction(
      ([wanted, count]) => {
        const cells = window.jupyterapp.shell.currentWidget.content.widgets;
        const { model } = cells.find((one) => one.model.id === wanted);
        return model.executionState !== "running" && model.executionCount !== null && model.executionCount !== count;
      },
      [id, before],
      { timeout: seconds * 1000 },
    );
    return this.cell(id);
  }

  /** A new code cell below another one; gives its id. */
  async insertBelow(id) {
    const known = (await this.cells()).map((cell) => cell.id);
    await this.select(id);
    await this.page.keyboard.press("Escape");
    await this.page.keyboard.press("b");
    const cells = await this.cells();
    const added = cells.find((cell) => !known.includes(cell.id));
    assert(added, "the key b made no new cell");
    return added.id;
  }

  async save() {
    await this.page.keyboard.press("ControlOrMeta+S");
    await this.page.waitForFunction(() => !window.jupyterapp.shell.currentWidget.context.model.dirty, undefined, {
      timeout: 30_000,
    });
  }
}

module.exports = { Notebook, outputText };
