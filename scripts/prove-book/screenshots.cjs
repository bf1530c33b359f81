/** Pictures of the site for whoever wants to see it before building it: desktop, phone, dark. */
const fs = require("node:fs");
const path = require("node:path");
const { openPage, visit } = require("./pages.cjs");

const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true };

const pictures = [
  { name: "home", page: "index.html" },
  { name: "home-dark", page: "index.html", options: { colorScheme: "dark" } },
  { name: "home-phone", page: "index.html", options: phone },
  { name: "chapter", page: "chapters/06-dpo.html" },
  { name: "chapter-phone", page: "chapters/06-dpo.html", options: phone },
  { name: "objective", page: "reference/objectives/dpo.html" },
  { name: "calculator", page: "reference/objectives/dpo.html", at: "[data-path=loss]" },
  { name: "calculator-phone", page: "reference/objectives/dpo.html", at: "[data-path=loss]", options: phone },
  { name: "derivation", page: "chapters/06-dpo.html", at: "#eq-dpo-5" },
  { name: "derivation-dark", page: "chapters/06-dpo.html", at: "#eq-dpo-5", options: { colorScheme: "dark" } },
  { name: "derivation-phone", page: "chapters/06-dpo.html", at: "#eq-dpo-11", options: phone },
  { name: "exercise", page: "chapters/06-dpo.html", at: "#exercise-dpo-gradient" },
  { name: "exercise-phone", page: "chapters/06-dpo.html", at: "#exercise-dpo-gradient", options: phone },
  { name: "figure", page: "chapters/06-dpo.html", at: "figure.plot" },
  { name: "figure-dark", page: "chapters/06-dpo.html", at: "figure.plot", options: { colorScheme: "dark" } },
  { name: "figure-phone", page: "chapters/06-dpo.html", at: "figure.plot", options: phone },
];

async function take(context, folder, { name, page: place, at, options }) {
  const { page, close } = await openPage(context, options);
  await visit(page, context.address, place);
  if (at) {
    await page
      .locator(at)
      .first()
      .evaluate((element) => element.scrollIntoView({ block: "center" }));
    await page.waitForTimeout(1500); // for a figure to be drawn
  }
  const file = path.join(folder, `${name}.png`);
  await page.screenshot({ path: file });
  const width = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  context.check(`${name}: nothing is wider than the screen`, width <= 0, `${width} pixels`);
  await close();
}

async function run(context) {
  const folder = path.join(context.root, "build", "screenshots", "book");
  fs.mkdirSync(folder, { recursive: true });
  for (const picture of pictures) await take(context, folder, picture);
  process.stdout.write(`  ${pictures.length} pictures in ${path.relative(context.root, folder)}\n`);
}

module.exports = { name: "screenshots", run };
