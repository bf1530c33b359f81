/** Formulas: set by KaTeX with their MathML for screen readers, every numbered equation with an anchor and a link to it. */
import katexPlugin from "@vscode/markdown-it-katex";
import katex from "katex";
import { equationId, escapeVue } from "../../../kernel-utils/src/book/escape";
import type { Markdown, PageEnv, State, Token } from "./types";

/** Line of the page, below its front matter, from 1, on which a formula's block begins. */
interface Place {
  line: number;
}

/** @param citations works that the bibliography lists, by key */
export function math(md: Markdown, citations: ReadonlySet<string>): void {
  const plugin = katexPlugin as unknown as { default?: typeof katexPlugin } & typeof katexPlugin;
  md.use(plugin.default ?? plugin, { katex, enableBareBlocks: true });
  md.core.ruler.push("align_math_places", ({ tokens }: State) => {
    for (const { children, map } of tokens) {
      for (const child of children ?? []) if (child.type.startsWith("math")) child.meta = { line: (map?.[0] ?? 0) + 1 };
    }
  });
  const inline = (tokens: Token[], index: number, _: unknown, env: PageEnv): string =>
    `<span class="formula" v-pre>${typeset(tokens[index], tokens[index].content, false, env)}</span>`;
  const block = (tokens: Token[], index: number, _: unknown, env: PageEnv): string =>
    equation(tokens[index], env, citations);
  md.renderer.rules.math_inline = inline;
  md.renderer.rules.math_block = block;
  md.renderer.rules.math_inline_block = block;
  md.renderer.rules.math_inline_bare_block = block;
}

/** @throws Error in the form `align book` reads, when KaTeX cannot set the formula */
function typeset(token: Token, latex: string, displayMode: boolean, env: PageEnv): string {
  try {
    const set = katex.renderToString(latex, {
      displayMode,
      output: "htmlAndMathml",
      throwOnError: true,
      strict: false,
    });
    return set.replaceAll(' xmlns="http://www.w3.org/1998/Math/MathML"', ""); // HTML knows the element by itself
  } catch (error) {
    const line = (token.meta as Place | null)?.line ?? (token.map?.[0] ?? 0) + 1;
    const said = (error instanceof Error ? error.message : String(error)).replace(/\s+/g, " ");
    throw new Error(`align-book-problem: ${env.relativePath ?? "?.md"}:${line}: a formula cannot be set: ${said}`);
  }
}

interface Tag {
  name: string;
  /** `definition`, or a key of the bibliography. */
  definition: boolean;
  cited?: string;
}

const tagPattern = /\\tag\*?\s*\{([^}]*)\}/g;

function readTag(text: string): Tag {
  const [name, ...rest] = text.split(",").map((part) => part.trim());
  const said = rest.join(", ");
  return { name, definition: said === "definition", cited: /^cited:\s*(.+)$/.exec(said)?.[1] };
}

/** A display, its number as a link to itself, and what vouches for it. */
function equation(token: Token, env: PageEnv, citations: ReadonlySet<string>): string {
  const latex = token.content.trim();
  const tags = [...latex.matchAll(tagPattern)].map(([, text]) => readTag(text));
  // KaTeX would set the number into the formula, where it can be neither a link nor kept in view on a narrow screen.
  const body = typeset(token, latex.replace(tagPattern, "").trim(), true, env);
  const numbers = tags.map((tag) => number(tag, env, citations)).join("");
  // A block inside a paragraph would end it: all of this is phrasing content.
  return `<span class="equation" v-pre><span class="equation-body">${body}</span>${numbers}</span>`;
}

function number({ name, definition, cited }: Tag, env: PageEnv, citations: ReadonlySet<string>): string {
  env.equations ??= new Set();
  const id = equationId(name);
  const anchor = env.equations.has(id) ? "" : ` id="${id}"`;
  env.equations.add(id);
  const kind = definition ? "definition" : cited && source(cited, citations);
  const shown = escapeVue(name);
  return (
    `<span class="equation-number"${anchor}><a class="equation-link" href="#${id}" ` +
    `aria-label="Link to equation ${shown}">${shown}</a>` +
    `${kind ? `<span class="equation-kind">${kind}</span>` : ""}</span>`
  );
}

/** Chapters lie one folder below the bibliography's folder. */
const source = (key: string, citations: ReadonlySet<string>): string =>
  citations.has(key)
    ? `<a href="../reference/bibliography.html#${key}">${escapeVue(key)}</a>`
    : `cited: ${escapeVue(key)}`;
