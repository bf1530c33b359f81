/** What all reference pages share: their shape, links into the site, and text that Markdown and Vue leave alone. */
import { slug as bareSlug, equationId, escapeVue } from "../escape";

export interface ReferencePage {
  /** Of the Markdown file, below the site: `reference/bibliography.md`. */
  path: string;
  title: string;
  markdown: string;
}

/** A chapter as pages link to it. */
export interface ChapterTitle {
  /** File name without its ending: `06-dpo`. */
  name: string;
  title: string;
}

export const chapterLink = (name: string, text: string): string => `[${text}](/chapters/${name}.md)`;

/** The anchor the site gives an equation's number: `dpo.10` has `eq-dpo-10`. */
export { equationId as equationAnchor };

export const lineLink = (chapter: string, tag: string): string =>
  `[${tag}](/chapters/${chapter}.md#${equationId(tag)})`;

/** Plain text as Markdown that says exactly this; what stands in backticks stays code. */
export const plain = (text: string): string =>
  text
    .split(/(`[^`]+`)/)
    .map((part) => (part.startsWith("`") && part.length > 2 ? part : escaped(part)))
    .join("");

const escaped = (text: string): string =>
  text
    .replace(/([\\*_[\]$~|#])/g, "\\$1")
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/\{/g, "&#123;")
    .replace(/\}/g, "&#125;");

/** A table; a cell's own bars must be escaped already, as {@link plain} and {@link cellMath} do. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replace(/\n/g, " ")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** A formula inside a table's cell, where a bare bar would end the cell. */
export const cellMath = (latex: string): string => `$${latex.replace(/\\\|/g, "\\Vert ").replace(/\|/g, "\\vert ")}$`;

const greek: Record<string, string> = { α: "alpha", β: "beta", γ: "gamma", ε: "epsilon", λ: "lambda", τ: "tau" };

/** A name as an anchor, Greek letters by their names. */
export const slug = (text: string): string =>
  bareSlug(
    text
      .replace(/[α-ω]/g, (letter) => greek[letter] ?? letter)
      .normalize("NFKD")
      .replace(/[\u0300-\u036f]/g, ""),
  );

/**
 * A heading with an anchor of our choice, as HTML in the form the site gives its own: what links to it does not depend on
 * how it is worded. @param text plain text
 */
export const anchored = (level: number, id: string, text: string): string =>
  `<h${level} id="${id}" tabindex="-1">${escapeVue(text)} ` +
  `<a class="header-anchor" href="#${id}" aria-label="Permalink to ${escapeVue(text)}">&#8203;</a></h${level}>`;
