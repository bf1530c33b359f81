/** A live page for everybody: what axe finds, by day and by night, wide and narrow; and sizes of what is loaded. */
const fs = require("node:fs");
const path = require("node:path");
const { LiveReader } = require("./livePage.cjs");

const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

async function access({ browser, address, check, results }) {
  const reader = await LiveReader.open(browser, address);
  try {
    await reader.start("00-orientation");
    await reader.write(
      "gradient-by-hand-stub",
      "const gradientByHand = (logits: tf.Tensor1D, label: number): tf.Tensor => logits;",
    );
    await reader
      .cell("kl-begin")
      .getByRole("button", { name: /^Run all above/ })
      .click();
    await reader.settled(300);
    for (const [name, width, dark] of [
      ["day", 1280, false],
      ["night", 1280, true],
      ["phone", 390, false],
    ]) {
      await reader.page.setViewportSize({ width, height: 900 });
      await reader.page.evaluate((isDark) => document.documentElement.classList.toggle("dark", isDark), dark);
      await reader.page.waitForTimeout(600);
      const found = await violations(reader.page);
      check(`live page, ${name}: axe finds nothing serious`, found.length === 0, found.slice(0, 4).join("; "));
      const gutter = await reader.page.evaluate(
        () => getComputedStyle(document.querySelector(".live-editor .cm-gutters")).backgroundColor,
      );
      check(
        `live page, ${name}: an editor that had the focus keeps the page's colours`,
        gutter === "rgba(0, 0, 0, 0)",
        gutter,
      );
      const wider = await reader.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      check(`live page, ${name}: nothing sticks out sideways`, wider <= 1, `${wider} px`);
      await reader.cell("gradient-by-hand-stub").scrollIntoViewIfNeeded();
      if (results) await reader.page.screenshot({ path: path.join(results, `live-${name}.png`) });
    }
  } finally {
    await reader.close();
  }
}

/** Serious and critical, in what live pages add. */
async function violations(page) {
  await page.addScriptTag({ content: axe });
  return page.evaluate(async () => {
    const run = await window.axe.run({
      include: [[".live-bar"], [".live-controls"], [".live-editor"], [".live-outputs"], [".live-verdict"]],
    });
    return run.violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 160)}`);
  });
}

/** What a start loads over the wire, as this server sends it, uncompressed. */
async function sizes({ browser, address, check }) {
  const reader = await LiveReader.open(browser, address);
  const loaded = [];
  const listen = (response) => {
    if (response.url().includes("/live/")) loaded.push(response);
  };
  reader.page.on("response", listen);
  try {
    await reader.page.goto(new URL("chapters/00-orientation.html", address).href);
    await reader.page.waitForSelector(".live-start:not([disabled])");
    await reader.page.waitForLoadState("networkidle");
    const before = loaded.map((response) => new URL(response.url()).pathname.split("/live/")[1]);
    check("before it is asked, a page loads only the sizes", before.join() === "sizes.json", before.join());
    const stated = await reader.page.evaluate((base) => fetch(`${base}live/sizes.json`).then((r) => r.json()), address);
    await reader.startAgain();
    process.stdout.write(`  a start loads ${stated.bytes} bytes, ${stated.gzip} compressed\n`);
    check("a start stays under 3 MB compressed", stated.gzip < 3e6, String(stated.gzip));
  } finally {
    await reader.close();
  }
}

module.exports = { access, sizes };
