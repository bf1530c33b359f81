/** The site under a path of its own, as on a page of a larger server. */
const path = require("node:path");
const { openPage, visit } = require("./pages.cjs");

const base = "/some/course/";

async function run(context) {
  if (context.isQuick) return process.stdout.write("  left out (--quick)\n");
  const site = path.join(context.root, "build", "book-sub-path");
  context.build(site, "--base", base, "--draft");
  const { serveFolder } = require("../../kernel-utils/dist/book/build/serve.js");
  const server = await serveFolder(site, { base });
  try {
    const { page, trouble, close } = await openPage({ ...context, address: server.address });
    await visit(page, server.address, "index.html");
    await page.locator(".chapter-table a").nth(6).click();
    await page.waitForFunction(() => location.pathname.endsWith("/chapters/06-dpo.html"));
    await page.locator("#eq-dpo-1").waitFor();
    context.check("chapters are reached below a sub-path", page.url().includes(base));
    await page.keyboard.press("Control+k");
    await page.locator(".VPLocalSearchBox input").fill("partition function");
    await page.locator(".VPLocalSearchBox .results a.result").first().waitFor();
    context.check("search works below a sub-path", true);
    context.check("nothing is asked for above the sub-path", trouble.length === 0, trouble.slice(0, 3).join("; "));
    await close();
  } finally {
    await server.close();
  }
}

module.exports = { name: "sub-path", run };
