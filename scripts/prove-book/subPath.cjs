/** From page to page as a reader goes, by the theme's own links: nothing is asked for above the site's path. */
const { openPage, visit } = require("./pages.cjs");

async function run(context) {
  const { page, trouble, close } = await openPage(context);
  try {
    const above = [];
    page.on("request", (request) => {
      if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(context.address)) above.push(request.url());
    });
    await visit(page, context.address, "index.html");
    await page.locator(".chapter-table a").nth(6).click();
    await page.waitForFunction(() => location.pathname.endsWith("/chapters/06-dpo.html"));
    await page.locator("#eq-dpo-1").waitFor();
    context.check("the table of chapters leads to a chapter", page.url().startsWith(context.address), page.url());
    await page.locator(".pager-link.next").click();
    await page.waitForFunction(() => location.pathname.endsWith("/chapters/07-ipo.html"));
    context.check("a chapter leads to the next", page.url().startsWith(context.address), page.url());
    context.check("nothing is asked for above the site's path", above.length === 0, above.slice(0, 3).join("; "));
    context.check("pages follow each other without trouble", trouble.length === 0, trouble.slice(0, 3).join("; "));
  } finally {
    await close();
  }
}

module.exports = { name: "sub-path", run };
