/** Every page by day and by night: nothing fails, nothing comes from elsewhere, formulas are set, axe finds nothing serious. */
const fs = require("node:fs");
const path = require("node:path");
const { openPage, visit } = require("./pages.cjs");

const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const impacts = ["critical", "serious", "moderate", "minor"];

/** All that is folded away is read too: axe passes over what is not shown. */
const unfold = () => {
  for (const fold of document.querySelectorAll("details")) fold.open = true;
};

async function audit(page) {
  await page.evaluate(axe);
  const { violations, passes } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  const found = violations.map(({ id, impact, help, nodes }) => {
    const examples = nodes.slice(0, 3).map(({ target, failureSummary }) => ({ target, failureSummary }));
    return { id, impact, help, count: nodes.length, examples };
  });
  return { found, rules: passes.length };
}

const readFormulas = () => {
  // Formulas that are set keep their TeX for those who copy them, and code may hold some: neither was left unset.
  const prose = document.querySelector(".VPContent").cloneNode(true);
  for (const element of prose.querySelectorAll(".katex, pre, code, script, style")) element.remove();
  return {
    set: document.querySelectorAll(".katex").length,
    spoken: document.querySelectorAll(".katex math annotation").length,
    wrong: document.querySelectorAll(".katex-error").length,
    raw: prose.textContent.match(/\$\$|\\tag\{|\\frac\{/)?.[0] ?? "",
    title: document.title,
    heading: document.querySelectorAll("h1").length,
  };
};

/** Loads a page once, by day, and lets the night fall on it: what it says does not depend on the light. */
async function look(context, name) {
  const { check } = context;
  const { page, trouble, close } = await openPage(context, { colorScheme: "light" });
  try {
    await visit(page, context.address, name);
    const formulas = await page.evaluate(readFormulas);
    check(`${name}: formulas are set`, formulas.wrong === 0 && formulas.raw === "", JSON.stringify(formulas));
    check(`${name}: formulas carry their text`, formulas.spoken === formulas.set);
    check(`${name}: has a title and one heading`, formulas.title !== "" && formulas.heading === 1);
    await page.evaluate(unfold);
    const audits = [];
    for (const scheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme: scheme });
      const isDark = scheme === "dark";
      await page.waitForFunction((dark) => document.documentElement.classList.contains("dark") === dark, isDark);
      const { found, rules } = await audit(page);
      const grave = found.filter(({ impact }) => impact === "critical" || impact === "serious");
      const said = grave.map(({ id, count, examples }) => `${id} ×${count} ${examples[0].target.join(" ")}`).join("; ");
      check(`${name} (${scheme}): axe finds nothing serious`, grave.length === 0, said);
      audits.push({ page: name, scheme, formulas: formulas.set, rules, violations: found });
    }
    check(`${name}: loads without trouble`, trouble.length === 0, trouble.slice(0, 3).join("; "));
    return audits;
  } finally {
    await close();
  }
}

async function run(context) {
  const waiting = [...context.pages];
  const audits = [];
  const worker = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      audits.push(...(await look(context, name)));
    }
  };
  await Promise.all([worker(), worker()]);
  fs.writeFileSync(path.join(context.results, "axe.json"), `${JSON.stringify(audits, null, 2)}\n`);
  process.stdout.write(`  ${"page".padEnd(36)} formulas  ${impacts.join("  ")}  (light / dark)\n`);
  for (const name of context.pages) {
    const [light, dark] = audits.filter((one) => one.page === name);
    const count = (audit, impact) =>
      audit.violations.filter((one) => one.impact === impact).reduce((sum, { count }) => sum + count, 0);
    const cells = impacts.map((impact) => `${count(light, impact)} / ${count(dark, impact)}`.padEnd(impact.length + 2));
    process.stdout.write(`  ${name.padEnd(36)} ${String(light.formulas).padStart(8)}  ${cells.join("")}\n`);
  }
}

module.exports = { name: "every page", run, audit };
