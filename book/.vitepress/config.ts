/** The site around the pages that `align book` has written; it says where in the environment. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { defineConfig } from "vitepress";
import { colourRules } from "./markdown/codeColours";
import { configureMarkdown } from "./markdown/index";
import { searchable } from "./markdown/search";

function given(name: string): string {
  const value = process.env[name];
  if (value) return value;
  throw new Error(`book: ${name} is not set; the site is built by "align book" (npm run book), which sets it`);
}

const source = given("ALIGN_BOOK_SOURCE");
const site = JSON.parse(readFileSync(path.join(source, "site.json"), "utf8"));
const base = given("ALIGN_BOOK_BASE");

export default defineConfig({
  title: "Alignment notebooks",
  description:
    "Every language-model alignment objective: derived line by line, checked by machine, implemented, trained",
  lang: "en",
  base,
  srcDir: source,
  outDir: given("ALIGN_BOOK_OUT"),
  cacheDir: path.join(given("ALIGN_BOOK_CACHE"), "vitepress"),
  // Pages in view of a table of contents would be loaded at once: megabytes of formulas nobody asked for.
  router: { prefetchLinks: false },
  ignoreDeadLinks: false,
  lastUpdated: false,
  head: [["link", { rel: "icon", type: "image/svg+xml", href: `${base}favicon.svg` }]],
  transformHead: () => [["style", {}, colourRules()]],
  markdown: {
    theme: { light: "github-light-high-contrast", dark: "github-dark-high-contrast" },
    // Braces are mathematics here, never attributes.
    attrs: { disable: true },
    config: configureMarkdown(site.citations),
  },
  themeConfig: {
    siteTitle: "Alignment notebooks",
    chapters: site.chapters,
    sidebar: site.sidebar,
    outline: { level: [2, 3], label: "On this page" },
    docFooter: { prev: "Previous", next: "Next" },
    search: {
      provider: "local",
      options: {
        _render: searchable,
        detailedView: false,
        // A button must be called what can be read on it, and its shortcut can (WCAG 2.5.3).
        translations: { button: { buttonText: "Search ", buttonAriaLabel: "Search K, with Control or Command" } },
        miniSearch: { searchOptions: { fuzzy: 0.15, prefix: true, boost: { title: 4, text: 2, titles: 1 } } },
      },
    },
  },
  vite: {
    logLevel: "warn",
    resolve: { alias: { "@site": source } },
    // No picture inside a page: a reader who never scrolls to it should not pay for it.
    build: { chunkSizeWarningLimit: 20_000, assetsInlineLimit: 0 },
  },
});
