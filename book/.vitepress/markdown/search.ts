/** What the search knows of a page: its prose without the markup of formulas, and every equation as a place of its own. */
import type { Markdown, PageEnv } from "./types";

const formula =
  /<span class="katex(?:-display)?">[\s\S]*?<annotation encoding="application\/x-tex">([\s\S]*?)<\/annotation>[\s\S]*?<\/math><\/span>/g;

/** KaTeX's visible half follows its MathML half and ends where the markup of our own goes on. */
const visible = /<span class="katex-html" aria-hidden="true">/;

/** Removes an element and all it holds, given where it begins. */
function withoutElement(html: string, start: number): string {
  const tag = /<(\/?)span\b[^>]*>/g;
  tag.lastIndex = start;
  let depth = 0;
  for (let found = tag.exec(html); found; found = tag.exec(html)) {
    depth += found[1] ? -1 : 1;
    if (depth === 0) return html.slice(0, start) + html.slice(tag.lastIndex);
  }
  return html.slice(0, start);
}

function withoutFormulas(html: string): string {
  let text = html.replace(formula, " ");
  for (let at = text.search(visible); at >= 0; at = text.search(visible)) text = withoutElement(text, at);
  return text;
}

const words = (html: string): string =>
  html
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ")
    .trim();

/** Equations as headings at the end, where they take no prose from the sections they stand in. */
function equations(html: string): string {
  const numbered = [...html.matchAll(/<span class="equation-number" id="([\w-]+)"><a [^>]*>([^<]+)<\/a>/g)];
  return numbered
    .map(([, id, name], i) => {
      const after = html.slice(numbered[i].index ?? 0, numbered[i + 1]?.index ?? html.length);
      const move = words(/<div class="step">[\s\S]*?<p>([\s\S]*?)<\/p>/.exec(after.slice(0, 4000))?.[1] ?? "");
      const title = `Equation ${name}${move === "" ? "" : `: ${move}`}`;
      return `<h2 id="${id}" tabindex="-1">${title} <a class="header-anchor" href="#${id}">&#8203;</a></h2><p>${title}</p>`;
    })
    .join("\n");
}

/** VitePress asks this for the text it indexes. */
export function searchable(source: string, env: PageEnv, md: Markdown): string {
  const html = md.render(source, env);
  if (env.frontmatter?.search === false) return "";
  const text = withoutFormulas(html);
  return text + equations(text);
}
