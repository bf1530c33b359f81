/** A live chapter as a reader handles it: open, start, write into a cell, run, stop. */
const START_SECONDS = 180;

class LiveReader {
  constructor(page, address) {
    this.page = page;
    this.address = address;
    /** Errors that the page itself threw; there must be none. */
    this.errors = [];
    page.on("pageerror", (error) => this.errors.push(error.message));
  }

  static async open(browser, address) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, acceptDownloads: true });
    const page = await context.newPage();
    page.setDefaultTimeout(60_000);
    return new LiveReader(page, address);
  }

  /** @returns milliseconds until the page was live */
  async start(notebook) {
    await this.page.goto(new URL(`chapters/${notebook}.html`, this.address).href);
    await this.page.waitForSelector(".live-start:not([disabled])");
    return this.startAgain();
  }

  async startAgain() {
    const began = Date.now();
    await this.page.click(".live-start");
    await this.page.waitForSelector('.live-bar[data-phase="live"]', { timeout: START_SECONDS * 1000 });
    return Date.now() - began;
  }

  async runAll(seconds) {
    const began = Date.now();
    await this.page.click(".live-bar .live-run");
    await this.settled(seconds);
    return Date.now() - began;
  }

  /** Waits until nothing runs and nothing waits. */
  async settled(seconds = 120) {
    const busy = () => document.querySelectorAll('[data-live="running"], [data-live="waiting"]').length > 0;
    await this.page.waitForFunction(`!(${busy})() && document.querySelector(".live-stop").disabled`, null, {
      timeout: seconds * 1000,
    });
  }

  cell(id) {
    return this.page.locator(`.cell[data-cell="${id}"]`);
  }

  state(id) {
    return this.cell(id).getAttribute("data-live");
  }

  /** Replaces a cell's text as somebody at the keyboard would. */
  async write(id, text) {
    const cell = this.cell(id);
    if ((await cell.locator(".cm-content").count()) === 0) await cell.getByRole("button", { name: /^Edit/ }).click();
    await cell.locator(".cm-content").click();
    await this.page.keyboard.press("ControlOrMeta+A");
    await this.page.keyboard.insertText(text);
  }

  /** From the keyboard, in the cell's editor. */
  async run(id, { keys = "Control+Enter", seconds = 120 } = {}) {
    await this.cell(id).locator(".cm-content").focus();
    await this.page.keyboard.press(keys);
    await this.page.waitForFunction(
      (name) => ["done", "failed", "stopped"].includes(document.querySelector(`[data-cell="${name}"]`).dataset.live),
      id,
      { timeout: seconds * 1000 },
    );
    await this.settled(seconds);
  }

  shown(id) {
    return this.cell(id).locator(":scope > .live-outputs").textContent();
  }

  said() {
    return this.page.locator(".live-said").textContent();
  }

  /** Every cell by how it went: { done: [ids], failed: [ids], … }. */
  byState() {
    return this.page.evaluate(() => {
      const states = {};
      for (const { dataset } of document.querySelectorAll(".cell[data-cell]")) {
        const state = dataset.live ?? "none";
        states[state] = [...(states[state] ?? []), dataset.cell];
      }
      return states;
    });
  }

  close() {
    return this.page.context().close();
  }
}

module.exports = { LiveReader };
