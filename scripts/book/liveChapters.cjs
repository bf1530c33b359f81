/** Whole chapters in the page: every cell runs, untouched exercises say so, and the figures are Node's, digit for digit. */
const { LiveReader } = require("./livePage.cjs");
const { executed, outputsOf } = require("./liveNode.cjs");

/** Those that must run, and how long a slow machine may take for each. */
const required = ["00-orientation", "04-optimal-policy", "06-dpo"];
const CHAPTER_SECONDS = 1500;

/**
 * Times differ, what is said of backends that are not there, and what is left of a difference of equal numbers: below
 * 1e−12 it is rounding in double precision, where two versions of V8 take another last bit for exp and pow.
 */
const comparable = (text) =>
  text
    .split("\n")
    .filter((line) => !/^\s+(not (webgpu|tensorflow):|native BLAS|no native BLAS)/.test(line))
    .map((line) =>
      line
        .replace(/\d+(\.\d+)? s\b/g, "T s")
        .replace(/, \d+ threads?\b/, "")
        .trimEnd(),
    )
    .map((line) => line.replace(/[−-]?\d+(\.\d+)?e[−-](1[2-9]|[2-9]\d)\b/g, "rounding"))
    .join("\n")
    .trim();

async function chapters({ browser, address, check, only = required }) {
  const node = executed(only);
  for (const name of only) await chapter(name, outputsOf(node[name]), { browser, address, check });
}

async function chapter(name, expected, { browser, address, check }) {
  const reader = await LiveReader.open(browser, address);
  try {
    const startTime = await reader.start(name);
    const runTime = await reader.runAll(CHAPTER_SECONDS);
    const { done = [], ...others } = await reader.byState();
    check(`${name}: every cell on the page runs whole`, Object.keys(others).length === 0, JSON.stringify(others));
    await untouched(name, reader, check);
    const { lines, tables, wrong } = await compare(reader, expected);
    check(
      `${name}: ${lines} printed lines and ${tables} tables are Node's`,
      wrong.length === 0,
      wrong.slice(0, 3).join("; "),
    );
    check(`${name}: something was compared`, lines > 0 && tables > 0);
    await reader.page.waitForTimeout(1000);
    const problems = await reader.page.locator(".live-problems li").allInnerTexts();
    check(`${name}: no type error in the course's own cells`, problems.length === 0, problems[0]);
    check(`${name}: the page itself threw nothing`, reader.errors.length === 0, reader.errors[0]);
    const seconds = (milliseconds) => `${(milliseconds / 1000).toFixed(1)} s`;
    process.stdout.write(`  ${name}: live in ${seconds(startTime)}, ${done.length} cells in ${seconds(runTime)}\n`);
  } finally {
    await reader.close();
  }
}

async function untouched(name, reader, check) {
  const verdicts = await reader.page.locator('.cell[data-directive="exercise"] > .live-verdict').allInnerTexts();
  const stubs = await reader.page.locator('.cell[data-directive="exercise"]').count();
  const said = verdicts.filter((text) => text.includes("not attempted yet")).length;
  check(
    `${name}: ${stubs} untouched exercises say "not attempted yet"`,
    stubs > 0 && said === stubs,
    verdicts.join("; "),
  );
}

/** Tables are compared as text, cell by cell, read by one browser from both sources. */
async function compare(reader, expected) {
  const wrong = [];
  const count = { lines: 0, tables: 0 };
  for (const { id, text, html } of expected) {
    const here = await reader.page.evaluate(shownIn, { id, html });
    if (here === undefined) continue; // a cell that the page does not show
    const [ours, theirs] = [comparable(here.text), comparable(text)];
    if (ours !== theirs) wrong.push(`[${id}] prints ${JSON.stringify(ours)}, under Node ${JSON.stringify(theirs)}`);
    else count.lines += theirs === "" ? 0 : theirs.split("\n").length;
    const [shown, wanted] = [here.tables, here.wanted].map((tables) => tables.map(comparable));
    if (JSON.stringify(shown) !== JSON.stringify(wanted)) {
      wrong.push(
        `[${id}] shows ${JSON.stringify(shown).slice(0, 300)}, under Node ${JSON.stringify(wanted).slice(0, 300)}`,
      );
    } else count.tables += wanted.length;
  }
  return { ...count, wrong };
}

/** Runs in the page. */
function shownIn({ id, html }) {
  const cell = document.querySelector(`.cell[data-cell="${id}"] > .live-outputs`);
  if (!cell) return undefined;
  const textOf = (table) => [...table.querySelectorAll("caption, th, td")].map((part) => part.textContent).join("|");
  const parse = (source) => [...new DOMParser().parseFromString(source, "text/html").querySelectorAll("table")];
  return {
    text: [...cell.querySelectorAll("pre.stream.stdout")].map((pre) => pre.textContent).join(""),
    tables: [...cell.querySelectorAll("table")].map(textOf),
    wanted: html.flatMap(parse).map(textOf),
  };
}

module.exports = { chapters, required };
