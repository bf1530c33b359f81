/** Every link of every page leads to a file of the site, and every anchor to an element of that page. */
const fs = require("node:fs");
const path = require("node:path");

const decode = (text) =>
  text
    .replace(/&amp;/g, "&")
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'");

function readPage(site, name) {
  const html = fs.readFileSync(path.join(site, name), "utf8");
  const ids = new Set([...html.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => decode(id)));
  const links = [...html.matchAll(/\s(?:href|src|data-plot)="([^"]*)"/g)].map(([, link]) => decode(link));
  return { html, ids, links };
}

async function run({ site, base, pages, check }) {
  const read = new Map(pages.map((name) => [name, readPage(site, name)]));
  let count = 0;
  for (const [name, { html, links }] of read) {
    for (const link of links) {
      if (/^(https?:|mailto:|data:|javascript:)/.test(link)) continue;
      const url = new URL(link, `http://site${base}${name}`);
      const pathname = decodeURIComponent(url.pathname);
      const place = pathname.slice(base.length) || "index.html";
      const files = pathname.startsWith(base) ? [place, `${place}.html`, `${place}index.html`] : [];
      const target = files.find((file) => fs.statSync(path.join(site, file), { throwIfNoEntry: false })?.isFile());
      const anchor = decodeURIComponent(url.hash.slice(1));
      const found = target !== undefined && (anchor === "" || !read.has(target) || read.get(target).ids.has(anchor));
      count += 1;
      if (!found) check(`${name}: the link ${link} leads somewhere`, false);
    }
    const repeated = [...html.matchAll(/\sid="([^"]*)"/g)]
      .map(([, id]) => id)
      .filter((id, i, all) => all.indexOf(id) < i);
    check(`${name}: every id stands once`, repeated.length === 0, repeated.slice(0, 5).join(", "));
  }
  check("all links were followed", count > 0);
  process.stdout.write(`  ${count} links and addresses on ${pages.length} pages\n`);
}

module.exports = { name: "links", run };
