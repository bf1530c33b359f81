/**
 * How much a reader's first page costs, as a file server without compression sends it: under 1.5 MB without figures. The
 * longest chapter, with 300 formulas that are each written twice, for the eye and for the ear, may take 2 MB.
 */
const { openPage, visit } = require("./pages.cjs");

const limits = { first: 1.5e6, chapter: 2e6 };
/** The plotting library, pictures, and the data of a chapter's figures: /chapters/06-dpo/exact.json. */
const figures = [/\/plotly\.min\.js/, /\/assets\/[^/]+\.(svg|png)/, /\/chapters\/[^/]+\/[^/]+\.json/];

async function weigh(context, name) {
  const { page, close } = await openPage(context, { block: figures });
  try {
    const session = await page.context().newCDPSession(page);
    await session.send("Network.enable");
    let bytes = 0;
    let requests = 0;
    session.on("Network.loadingFinished", ({ encodedDataLength }) => {
      bytes += encodedDataLength;
      requests += 1;
    });
    await visit(page, context.address, name);
    await page.waitForLoadState("networkidle");
    return { bytes, requests };
  } finally {
    await close();
  }
}

async function run(context) {
  for (const name of context.pages.filter((page) => page === "index.html" || page.startsWith("chapters/"))) {
    const { bytes, requests } = await weigh(context, name);
    process.stdout.write(`  ${name.padEnd(36)} ${(bytes / 1000).toFixed(0).padStart(6)} kB in ${requests} requests\n`);
    check(context, name, bytes);
  }
}

function check(context, name, bytes) {
  const limit = name === "index.html" ? limits.first : limits.chapter;
  const said = `${name} stays under ${limit / 1e6} MB without figures`;
  context.check(said, bytes > 0 && bytes < limit, `${bytes} bytes`);
}

module.exports = { name: "budget", run };
