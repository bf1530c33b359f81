/**
 * The calculators' checks on a small site of their own: the reference pages and one page of prose, without chapters.
 *
 *   node scripts/book/calculatorAlone.cjs     needs kernel-utils/dist (npm run build); about a minute
 *
 * Exit 0: all held. 1: something did not.
 */
const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const http = require("node:http");
const path = require("node:path");
const { chromium } = require("playwright-core");
const { findChromium } = require("../backends/chromium.cjs");
const { root } = require("../backends/steps.cjs");
const { buildCalculator } = require("./calculatorBundle.cjs");
const { calculatorChecks } = require("./calculatorChecks.cjs");

// Inside the workspace book/, so that its packages are found.
const folder = path.join(root, "book", ".cache", "calculator");
const types = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".json": "application/json" };

const write = (file, text) => {
  fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
  fs.writeFileSync(path.join(folder, file), text);
};

/** Chapters are not part of this site: links to them are dead here, and none of its business. */
const config = `import katexPlugin from "@vscode/markdown-it-katex";
import { glossaryLinks } from "../../../.vitepress/theme/glossary/glossaryLinks";
export default {
  title: "Calculators",
  ignoreDeadLinks: true,
  vite: { logLevel: "warn" },
  markdown: {
    attrs: { disable: true },
    config(md) {
      md.use(katexPlugin.default ?? katexPlugin);
      glossaryLinks(md);
    },
  },
};
`;
const theme = `import DefaultTheme from "vitepress/theme";
import "katex/dist/katex.min.css";
import { registerCalculator } from "../../../../.vitepress/theme/calculator";
import { registerGlossary } from "../../../../.vitepress/theme/glossary";
export default {
  extends: DefaultTheme,
  enhanceApp({ app }) {
    registerCalculator(app);
    registerGlossary(app);
  },
};
`;

function writePages() {
  const dist = path.join(root, "kernel-utils", "dist", "book", "reference");
  const { glossary, glossaryPage, markTerms, objectivesPages, referenceSources } = require(dist);
  const { bibliography, objectives, parity } = referenceSources(root);
  const pages = objectivesPages({ files: objectives, parity, bibliography, chapters: [] });
  for (const { path: file, markdown } of [...pages, glossaryPage(glossary(), [])]) write(file, markdown);
  const prose = "# Prose\n\nA policy is a language model that is paid. The optimal policy is the reference, tilted.\n";
  write("prose.md", markTerms(prose, glossary()));
}

function build() {
  fs.rmSync(folder, { recursive: true, force: true });
  write(".vitepress/config.mts", config);
  write(".vitepress/theme/index.ts", theme);
  writePages();
  const vitepress = path.join(root, "node_modules", "vitepress", "bin", "vitepress.js");
  const { status } = spawnSync(process.execPath, [vitepress, "build", folder], {
    cwd: path.join(root, "book"),
    stdio: "inherit",
  });
  if (status !== 0) throw new Error(`vitepress exited ${status}`);
  return path.join(folder, ".vitepress", "dist");
}

function serve(site) {
  const server = http.createServer((request, response) => {
    const file = path.join(site, decodeURIComponent(new URL(request.url, "http://x").pathname));
    if (!file.startsWith(site) || !fs.existsSync(file) || fs.statSync(file).isDirectory())
      return response.writeHead(404).end();
    response.writeHead(200, { "content-type": types[path.extname(file)] ?? "application/octet-stream" });
    return fs.createReadStream(file).pipe(response);
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

async function main() {
  const { bytes, gzipped } = await buildCalculator();
  process.stdout.write(`bundle: ${bytes} bytes, ${gzipped} gzipped\n`);
  const server = await serve(build());
  const { version, ...options } = findChromium();
  const browser = await chromium.launch(options);
  let held = 0;
  const failed = [];
  const check = (what, holds, detail = "") => {
    if (holds) held += 1;
    else {
      failed.push(what);
      process.stdout.write(`  ✗ ${what}${detail ? `: ${detail}` : ""}\n`);
    }
  };
  try {
    await calculatorChecks(browser, `http://127.0.0.1:${server.address().port}/`, check, "prose.html");
  } finally {
    await browser.close();
    await new Promise((resolve) => server.close(resolve));
  }
  process.stdout.write(`calculators, ${version}: ${held} held, ${failed.length} did not\n`);
  process.exitCode = failed.length === 0 ? 0 : 1;
}

main().catch((error) => {
  process.stderr.write(`calculatorAlone: ${error.stack}\n`);
  process.exitCode = 1;
});
