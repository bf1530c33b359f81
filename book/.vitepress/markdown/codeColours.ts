/**
 * Colours of code as classes. The highlighter writes both themes' colours onto every token, a third of a chapter's bytes;
 * the pages carry each pair once, in their head.
 */
import type { Markdown } from "./types";

const names = new Map<string, string>();

/** The themes' plain ink, which the whole block has already. */
const ink = /<span style="--shiki-light:#0E1116;--shiki-dark:#F0F3F6;?">([^<]*)<\/span>/g;

const colours = /<span style="(--shiki-light:#\w+;--shiki-dark:#\w+;?)">/g;

export function codeColours(md: Markdown): void {
  const { highlight } = md.options;
  if (!highlight) return;
  md.options.highlight = (...given) =>
    highlight(...given)
      .replace(ink, "$1")
      .replace(colours, (_, style: string) => `<span class="${nameOf(style)}">`);
}

function nameOf(style: string): string {
  const known = names.get(style);
  if (known !== undefined) return known;
  const name = `c${names.size.toString(36)}`;
  names.set(style, name);
  return name;
}

/** The rules of every colour used so far: all of them, once the pages are bundled. */
export const colourRules = (): string => [...names].map(([style, name]) => `.vp-code .${name}{${style}}`).join("");
