/** One learner at chapter 00: wrong and right answers, errors at their lines, an endless loop, and coming back later. */
const fs = require("node:fs");
const { LiveReader } = require("./livePage.cjs");
const { oneStep, stepUnderNode } = require("./liveNode.cjs");

const stub = "gradient-by-hand-stub";
const scratch = "memory";
const head = "const gradientByHand = (logits: tf.Tensor1D, label: number): tf.Tensor =>\n  ";
const flipped = `${head}tf.sub(tf.oneHot(label, logits.shape[0]), tf.softmax(logits));`;
const right = `${head}tf.sub(tf.softmax(logits), tf.oneHot(label, logits.shape[0]));`;

async function exercises({ browser, address, check }) {
  const reader = await LiveReader.open(browser, address);
  try {
    await reader.start("00-orientation");
    await reader
      .cell("gradient")
      .getByRole("button", { name: /^Run all above/ })
      .click();
    await reader.settled(300);
    await answers(reader, check);
    await cellsTogether(reader, check);
    await errors(reader, check);
    await sameStep(reader, check);
    await stopping(reader, check);
    await comingBack(reader, check);
    check("the page itself threw nothing while it was used", reader.errors.length === 0, reader.errors[0]);
  } finally {
    await reader.close();
  }
}

const verdictOf = (reader) => reader.cell(stub).locator(":scope > .live-verdict").textContent();

async function answers(reader, check) {
  await reader.write(stub, flipped);
  await reader.run(stub, { keys: "Shift+Enter" });
  const wrong = await verdictOf(reader);
  check("a wrong answer gets its mistake named", wrong.startsWith("✗") && wrong.includes("the sign is flipped"), wrong);
  check("a wrong answer gets a hint", wrong.includes("Hint:"), wrong);
  const cases = await reader.cell("gradient-by-hand-check").locator(".live-outputs table").count();
  check("the check shows its cases, unfolded", cases > 0 && (await reader.cell("gradient-by-hand-check").isVisible()));
  await reader.write(stub, right);
  await reader.run(stub);
  const good = await verdictOf(reader);
  check("the right answer gets a tick", good.startsWith("✓") && good.includes("cases pass"), good);
  check("progress counts it", (await reader.page.locator(".live-progress").textContent()).startsWith("1 of 4"));
}

/** The text of a scratch cell, what it shows. */
async function tried(reader, text) {
  await reader.write(scratch, text);
  await reader.run(scratch);
  return reader.shown(scratch);
}

async function cellsTogether(reader, check) {
  await tried(reader, "const apples = 3;\nfunction twice(x: number): number { return 2 * x; }");
  const used = await tried(reader, "const apples = await Promise.resolve(4); // declared again\ntwice(apples)");
  check("cells share names, declare them again, and show a last value", used.trim() === "8", used);
  const inspected = await tried(reader, "({ list: [1, 2], text: 'a' })");
  check("values are written as Node writes them", inspected.trim() === "{ list: [ 1, 2 ], text: 'a' }", inspected);
}

async function errors(reader, check) {
  const thrown = await tried(reader, "const fine = 1;\n\nnull.length;");
  check("an error names its line", thrown.includes("error, line 3") && thrown.includes("TypeError"), thrown);
  await reader.write(scratch, "const count = 1;\nconst word: string = count;");
  await reader.run(scratch);
  const types = reader.cell(scratch).locator(".live-problems.types li");
  await types.first().waitFor();
  const said = await types.first().textContent();
  check("a type error is shown at its line", said.startsWith("line 2:") && said.includes("TS2322"), said);
  await reader.write(scratch, "const a = 1;\nconst b = = 2;");
  await reader.run(scratch);
  const syntax = await reader.cell(scratch).locator(".live-problems").first().textContent();
  check("a syntax error is shown at its line, and nothing runs", syntax.startsWith("line 2:"), syntax);
  check("the cell counts as failed", (await reader.state(scratch)) === "failed");
  const late = await tried(
    reader,
    "setTimeout(() => { throw new RangeError('too late'); }, 50);\nawait new Promise((done) => setTimeout(done, 300));",
  );
  check("an error in a timer is told", late.includes("RangeError") && late.includes("too late"), late);
}

async function sameStep(reader, check) {
  const here = (await tried(reader, oneStep.trim())).trim();
  const there = stepUnderNode();
  check(
    `one training step gives Node's bits: ${there}`,
    /^weights [0-9a-f]+ of \d+$/.test(there) && here === there,
    here,
  );
}

async function stopping(reader, check) {
  await reader.write(scratch, "while (true) {}");
  await reader.cell(scratch).locator(".cm-content").focus();
  await reader.page.keyboard.press("Control+Enter");
  await reader.page.waitForFunction(
    (id) => document.querySelector(`[data-cell="${id}"]`).dataset.live === "running",
    scratch,
  );
  await reader.page.waitForTimeout(500);
  await reader.page.click(".live-stop");
  await reader.settled(20);
  check("Stop ends an endless loop", (await reader.state(scratch)) === "stopped");
  check("and says that variables are gone", (await reader.said()).includes("variables are gone"), await reader.said());
  await reader
    .cell(scratch)
    .getByRole("button", { name: /^Reset/ })
    .click();
  await reader
    .cell("gradient")
    .getByRole("button", { name: /^Run all above/ })
    .click();
  await reader.settled(300);
  check("one click runs all above again", (await reader.state(scratch)) === "done", await reader.state(scratch));
}

async function comingBack(reader, check) {
  const download = reader.page.waitForEvent("download");
  await reader.page.getByRole("button", { name: "Download my notebook" }).click();
  const notebook = JSON.parse(fs.readFileSync(await (await download).path(), "utf8"));
  const cell = notebook.cells.find(({ id }) => id === stub);
  const source = [cell.source].flat().join("");
  check(
    "the downloaded notebook holds the answer below its directive",
    source.endsWith(right) && source.startsWith("//| exercise: gradient-by-hand"),
    source,
  );
  await reader.page.reload();
  await reader.page.waitForSelector(".live-start:not([disabled])");
  await reader.startAgain();
  await reader.cell(stub).locator(".cm-content").waitFor();
  const kept = await reader.cell(stub).locator(".cm-content").textContent();
  check("a reload keeps answers", kept.includes("tf.sub(tf.softmax(logits), tf.oneHot(label"), kept);
  check("and what was solved", (await reader.page.locator(".live-progress").textContent()).startsWith("1 of 4"));
}

module.exports = { exercises };
