/**
 * The calculators of the objectives' pages and the glossary's terms, in a browser that can reach nothing but the site. A step
 * of `npm run prove:book` (`-- --only calculator` for it alone): `run({ browser, address, check })`, where
 * `check(what, holds, detail)` counts.
 *
 * The numbers in a page must be those of `align loss`, to the last digit, and so must its refusals.
 */
const { spawnSync } = require("node:child_process");
const path = require("node:path");
const { openPage } = require("../prove-book/pages.cjs");

const root = path.join(__dirname, "../..");
const align = path.join(root, "kernel-utils", "bin", "align.js");

/** Answers of `align loss --lines`, one a request: objects as it prints them, or { error }. */
function alignLoss(requests) {
  const input = requests.map((request) => `${JSON.stringify(request)}\n`).join("");
  const { stdout, stderr } = spawnSync(process.execPath, [align, "loss", "--lines"], {
    cwd: root,
    input,
    encoding: "utf8",
  });
  const answers = stdout.split("\n").filter(Boolean);
  if (answers.length !== requests.length)
    throw new Error(`align loss answered ${answers.length} of ${requests.length}: ${stderr}`);
  return answers.map((line) => JSON.parse(line));
}

/** Every number of an answer by its path, as text: what the page's table shows. */
const cellsOf = (answer) =>
  Object.entries(answer).flatMap(([key, value]) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.entries(value).map(([name, entry]) => [`${key}.${name}`, JSON.stringify(entry)])
      : [[key, JSON.stringify(value)]],
  );

const shownCells = (page) =>
  page.$$eval("[data-path]", (cells) =>
    cells.map((cell) => [cell.dataset.path, cell.textContent.replace(/, /g, ",").trim()]),
  );

const same = (left, right) => JSON.stringify([...left].sort()) === JSON.stringify([...right].sort());

/** A page that fails on errors of its own and keeps count of what it asked of other machines. */
/** Waits until the page's script has taken over: only then a field answers. */
async function openCalculator(page, address, name, hash = "") {
  await page.goto(new URL(`reference/objectives/${name}.html${hash}`, address).href);
  await page.waitForSelector(`[data-calculator="${name}"] [data-command]`);
  await page.waitForFunction(() => document.querySelector("#app")?.__vue_app__ !== undefined);
}

async function everyExample({ page, address, check }) {
  const { oracleEntry, oracleNames } = require(path.join(root, "kernel-utils/dist/objectives"));
  const { aboutObjective } = require(path.join(root, "kernel-utils/dist/objectives/oracle/about"));
  const requests = oracleNames.map((name) => ({
    name,
    ...aboutObjective(name).example,
    grad: oracleEntry(name).differentiable.length > 0,
  }));
  const answers = alignLoss(requests);
  for (const [i, name] of oracleNames.entries()) {
    await openCalculator(page, address, name);
    const shown = await shownCells(page);
    check(
      `${name}: the page shows what align loss prints for the example`,
      same(shown, cellsOf(answers[i])),
      JSON.stringify(shown),
    );
    const unlabelled = await page.$$eval(".calculator input, .calculator select", (fields) =>
      fields.filter((field) => field.labels.length === 0).map((field) => field.outerHTML),
    );
    check(`${name}: every field has a label`, unlabelled.length === 0, unlabelled.join(" "));
    const curve = await page.$(".curve svg[role=img] title");
    check(
      `${name}: a curve where there is a loss`,
      (curve !== null) === (answers[i].gradients !== undefined),
      String(curve),
    );
  }
}

async function editing({ page, address, check }) {
  await openCalculator(page, address, "dpo");
  const inputs = {
    policyChosenLogps: [-8.25, -3],
    policyRejectedLogps: [-13, -2.5],
    referenceChosenLogps: [-10, -3],
    referenceRejectedLogps: [-12, -2.75],
  };
  for (const [field, value] of Object.entries(inputs))
    await page.fill(`[data-input="${field}"]`, JSON.stringify(value));
  await page.fill('[data-option="beta"]', "0.35");
  await page.selectOption('[data-option="variant"]', "robust");
  await page.fill('[data-option="labelSmoothing"]', "0.2");
  await page.check('[data-option="referenceFree"]');
  const options = { beta: 0.35, variant: "robust", labelSmoothing: 0.2, referenceFree: true };
  const [answer] = alignLoss([{ name: "dpo", inputs, options, grad: true }]);
  const shown = await shownCells(page);
  check(
    "dpo: typed inputs and options give what align loss gives",
    same(shown, cellsOf(answer)),
    JSON.stringify(shown),
  );

  const command = await page.textContent("[data-command]");
  const [, request] = /^echo '(.*)' \| npx align loss dpo --grad$/.exec(command) ?? [];
  const again = request ? alignLoss([{ name: "dpo", grad: true, ...JSON.parse(request) }]) : [];
  check("dpo: the command line gives the same answer", JSON.stringify(again[0]) === JSON.stringify(answer), command);

  const address2 = page.url();
  check("dpo: the address holds the numbers", address2.includes("#calc="), address2);
  await page.reload();
  await page.waitForFunction(() => document.querySelector('[data-input="policyChosenLogps"]')?.value.includes("8.25"));
  check("dpo: the address brings them back", same(await shownCells(page), cellsOf(answer)));

  await page.click("text=back to the example");
  check("dpo: back to the example", (await page.inputValue('[data-input="policyChosenLogps"]')) === "[-8]");
  await page.click('[data-add="chosenLengths"]');
  const both = await page.$$eval("[data-input]", (fields) => fields.map(({ dataset }) => dataset.input));
  check(
    "dpo: lengths come both at once",
    both.includes("chosenLengths") && both.includes("rejectedLengths"),
    both.join(", "),
  );
}

async function refusals({ page, address, check }) {
  const cases = [
    ["dpo", "policyChosenLogps", "[-8, null]"],
    ["dpo", "policyChosenLogps", '["x"]'],
    ["dpo", "referenceChosenLogps", "[-10, -11]"],
    ["orpo", "chosenMeanLogps", "[0.5]"],
    ["sft", "mask", "[[1, 1, 0.5], [1, 0, 0]]"],
    ["kto", "desirable", "[1, 0]"],
  ];
  const { aboutObjective } = require(path.join(root, "kernel-utils/dist/objectives/oracle/about"));
  const requests = cases.map(([name, field, text]) => {
    const { inputs, options } = aboutObjective(name).example;
    return { name, inputs: { ...inputs, [field]: JSON.parse(text) }, ...(options && { options }), grad: true };
  });
  const answers = alignLoss(requests);
  for (const [i, [name, field, text]] of cases.entries()) {
    await openCalculator(page, address, name);
    await page.fill(`[data-input="${field}"]`, text);
    const said = (await page.textContent("[data-error]")).trim();
    check(
      `${name}: refuses ${field} ${text} in the oracle's words`,
      said === answers[i].error,
      `${said} ≠ ${answers[i].error}`,
    );
  }
  await openCalculator(page, address, "dpo");
  await page.fill('[data-option="beta"]', "-1");
  const [{ error }] = alignLoss([{ name: "dpo", inputs: aboutObjective("dpo").example.inputs, options: { beta: -1 } }]);
  check("dpo: refuses an option out of its range", (await page.textContent("[data-error]")).trim() === error, error);
  await page.fill('[data-option="beta"]', "0.1");
  check("dpo: and answers again", (await page.$("[data-path=loss]")) !== null);
}

/** WCAG 1.4.13: by pointer and by keyboard, stays while pointed at, goes with Escape. */
async function terms({ page, address, check }) {
  await page.goto(new URL("chapters/06-dpo.html", address).href);
  await page.waitForFunction(() => document.querySelector("#app")?.__vue_app__ !== undefined);
  const link = page.locator(".glossary-term > a").first();
  const tip = page.locator(".glossary-term [role=tooltip]").first();
  const described = await link.getAttribute("aria-describedby");
  check("a term names what describes it", described !== null && (await tip.getAttribute("id")) === described);
  check("a definition is not shown unasked", !(await tip.isVisible()));
  await link.focus();
  check("it is shown when the term has the focus", await tip.isVisible());
  check("it says something", (await tip.textContent()).trim().length > 20);
  await page.keyboard.press("Escape");
  check("Escape takes it away", !(await tip.isVisible()));
  check("and leaves the focus where it was", await link.evaluate((element) => element === document.activeElement));
  await page.evaluate(() => document.activeElement.blur());
  await link.hover();
  check("it is shown when the term is hovered over", await tip.isVisible());
  await tip.hover();
  await page.waitForTimeout(300);
  check("the pointer may rest on it", await tip.isVisible());
  await page.keyboard.press("Escape");
  check("Escape takes it away from under the pointer", !(await tip.isVisible()));
  await page.mouse.move(0, 0);
  await link.hover();
  await page.mouse.move(0, 0);
  await page.waitForTimeout(400);
  check("it goes when the pointer leaves", !(await tip.isVisible()));
  const target = new URL(await link.getAttribute("href"), page.url()).href;
  await page.goto(target);
  const id = decodeURIComponent(new URL(target).hash.slice(1));
  check("the term's link leads to its entry", (await page.locator(`[id="${id}"]`).count()) === 1, target);
}

async function run({ browser, address, check }) {
  const { page, trouble, close } = await openPage({ browser, address });
  try {
    for (const part of [everyExample, editing, refusals, terms]) await part({ page, address, check });
    const outside = trouble.filter((line) => line.startsWith("asks for "));
    const errors = trouble.filter((line) => !outside.includes(line));
    check("calculators ask no other machine for anything", outside.length === 0, outside.join(" "));
    check("no page has an error", errors.length === 0, errors.join(" | "));
  } finally {
    await close();
  }
}

module.exports = { name: "calculator", run };
