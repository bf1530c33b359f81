/** The pages of a built site, and browser pages that can reach nothing but it. */
const fs = require("node:fs");

/** Every page, as a path below the site. */
function pagesOf(site) {
  return fs
    .readdirSync(site, { recursive: true, encoding: "utf8" })
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => name.endsWith(".html") && name !== "404.html")
    .sort();
}

/**
 * A page in a fresh context. Requests to anywhere but the site are refused and kept in `trouble`, with failed requests,
 * console errors and exceptions.
 */
async function openPage({ browser, address }, options = {}) {
  const { block = [], ...given } = options;
  const context = await browser.newContext({ viewport: { width: 1400, height: 1000 }, ...given });
  const trouble = [];
  const origin = new URL(address).origin;
  await context.route("**/*", (route) => {
    const url = route.request().url();
    if (block.some((pattern) => pattern.test(url))) return route.abort();
    if (url.startsWith(origin) || /^(data|blob):/.test(url)) return route.continue();
    trouble.push(`asks for ${url}`);
    return route.abort();
  });
  const page = await context.newPage();
  const isBlocked = (url) => block.some((pattern) => pattern.test(url));
  page.on("console", (message) => {
    if (message.type() === "error" && !isBlocked(message.location().url)) trouble.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => trouble.push(`exception: ${error.message}`));
  page.on("requestfailed", (request) => {
    const reason = request.failure()?.errorText ?? "";
    if (!isBlocked(request.url()) && reason !== "net::ERR_ABORTED") trouble.push(`failed: ${request.url()} ${reason}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 400) trouble.push(`${response.status()}: ${response.url()}`);
  });
  return { page, trouble, close: () => context.close() };
}

/** Loads a page of the site and waits until its scripts have taken over. */
async function visit(page, address, name) {
  await page.goto(address + name, { waitUntil: "load" });
  await page.waitForFunction(() => document.querySelector("#app")?.__vue_app__ !== undefined);
}

module.exports = { openPage, pagesOf, visit };
