/** What a reader does on a chapter: follow and copy an equation, unfold a solution, turn the lights off, play with a figure. */
const { audit } = require("./everyPage.cjs");
const { openPage, visit } = require("./pages.cjs");

const chapter = "chapters/06-dpo.html";

const isInView = (id) => {
  const box = document.getElementById(id)?.getBoundingClientRect();
  return box !== undefined && box.top >= 0 && box.bottom <= innerHeight;
};

async function equations(context) {
  const { page, close } = await openPage(context, { permissions: ["clipboard-read", "clipboard-write"] });
  await visit(page, context.address, `${chapter}#eq-dpo-10`);
  await page.waitForTimeout(500);
  context.check("an address with an equation goes there", await page.evaluate(isInView, "eq-dpo-10"));
  const link = page.locator("#eq-dpo-8 a.equation-link");
  await link.focus();
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => location.hash === "#eq-dpo-8");
  await page.waitForTimeout(500);
  context.check("an equation's number goes to the equation", await page.evaluate(isInView, "eq-dpo-8"));
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  context.check("an equation's number copies its address", copied.endsWith(`${chapter}#eq-dpo-8`), copied);
  await close();
}

async function folds(context) {
  const { page, close } = await openPage(context);
  await visit(page, context.address, chapter);
  const open = await page.locator(".exercise details[open]").count();
  context.check("solutions, hints and checks come folded", open === 0, `${open} are open`);
  const solution = page.locator('.exercise[data-exercise="dpo-loss"] details.solution');
  await solution.locator(":scope > summary").focus();
  await page.keyboard.press("Enter");
  context.check("Enter unfolds a solution", await solution.locator("pre").first().isVisible());
  await page.keyboard.press("Enter");
  context.check("Enter folds it again", !(await solution.locator("pre").first().isVisible()));
  const copy = page.locator(".cell button.copy").first();
  context.check("code can be copied", (await copy.count()) === 1);
  await close();
}

async function lights(context) {
  const { page, close } = await openPage(context);
  await visit(page, context.address, chapter);
  const isDark = () => page.evaluate(() => document.documentElement.classList.contains("dark"));
  context.check("a reader who asks for nothing gets the light page", !(await isDark()));
  await page.locator(".VPNavBarAppearance button").click();
  context.check("the switch turns the page dark", await isDark());
  await page.reload({ waitUntil: "load" });
  context.check("the page stays dark", await isDark());
  await close();
}

async function figures(context) {
  const { page, trouble, close } = await openPage(context);
  const fetched = [];
  page.on("request", (request) => fetched.push(request.url()));
  await visit(page, context.address, chapter);
  const all = page.locator("figure.plot[data-plot]");
  const count = await all.count();
  context.check("the chapter has figures", count > 0);
  const images = await page.locator("figure.plot img").evaluateAll((list) => list.map(({ alt }) => alt.length));
  context.check("every figure has a static image with words", images.length === count && images.every((n) => n > 20));
  context.check("figures cost nothing before they are reached", !fetched.some((url) => url.includes("plotly")));
  let drawn = 0;
  for (let i = 0; i < count; i += 1) {
    await all.nth(i).scrollIntoViewIfNeeded();
    const place = all.nth(i).locator(".plot-interactive.js-plotly-plot .main-svg").first();
    drawn += await place.waitFor({ state: "visible", timeout: 20_000 }).then(
      () => 1,
      () => 0,
    );
  }
  context.check("every figure becomes interactive where it is reached", drawn === count, `${drawn} of ${count}`);
  const { found } = await audit(page);
  const grave = found.filter(({ impact }) => impact === "critical" || impact === "serious");
  const said = grave.map(({ id, examples }) => `${id} ${examples[0].target.join(" ")}`).join("; ");
  context.check("axe finds nothing serious where figures are drawn", grave.length === 0, said);
  if (count > 0) {
    const legend = all.first().locator(".legendtoggle").first();
    const traces = () =>
      all
        .first()
        .locator(".plot-interactive")
        .evaluate((place) => place.data.map(({ visible }) => visible));
    await legend.click();
    await page.waitForTimeout(800);
    context.check("a click on a legend hides its trace", (await traces()).includes("legendonly"));
  }
  context.check("figures are drawn without trouble", trouble.length === 0, trouble.slice(0, 3).join("; "));
  await close();
}

async function withoutScripts(context) {
  const { page, trouble, close } = await openPage(context, { javaScriptEnabled: false });
  await page.goto(context.address + chapter, { waitUntil: "load" });
  // biome-ignore lint/performance/useDomNodeTextContent: only words that are shown count
  const words = await page.locator(".vp-doc").innerText();
  const wrong = trouble.filter((what) => !what.endsWith("csp")); // scripts that are not run are not fetched either
  context.check("a chapter reads without scripts", words.length > 10_000 && wrong.length === 0, wrong.join("; "));
  await close();
}

async function run(context) {
  for (const part of [equations, folds, lights, figures, withoutScripts]) await part(context);
}

module.exports = { name: "reading", run };
