/** Marks the first occurrence of every term in prose by a link to the glossary, whose title is the definition. */
import { slug } from "../page";
import type { GlossaryTerm } from "./term";

/**
 * What stays as it is, in the order it is looked for: fenced code, displays, inline code and formulas, HTML, images and
 * links, headings, and lines that only look like prose: rules of tables, directives.
 */
const untouched = new RegExp(
  [
    String.raw`^(?:\`{3,}|~{3,})[\s\S]*?(?:^(?:\`{3,}|~{3,})[ \t]*$|(?![\s\S]))`,
    String.raw`\$\$[\s\S]*?\$\$`,
    String.raw`\\{1,2}\[[\s\S]*?\\{1,2}\]`,
    String.raw`\\begin\{(\w+\*?)\}[\s\S]*?\\end\{\1\}`,
    String.raw`(\`+)[^\`][\s\S]*?\2(?!\`)`,
    String.raw`\$(?!\s)[^$\n]+?\$`,
    String.raw`<[^>\n]*>`,
    String.raw`!?\[(?:[^\][]|\[[^\]]*\])*\](?:\([^)]*\)|\[[^\]]*\])`,
    String.raw`https?://[^\s)]+`,
    String.raw`^[ \t]{0,3}#{1,6}[ \t][^\n]*`,
    String.raw`^[^\n]+\n[=-]{3,}[ \t]*$`,
    String.raw`^\[[^\]]+\]:[^\n]*`,
  ].join("|"),
  "gm",
);

/**
 * @param seen terms already marked, on the page's earlier pieces; those marked here are added
 * @returns the text with `[policy](/reference/glossary.md#policy "A language model seen as …")` for the first "policy"
 */
export function markTerms(markdown: string, terms: readonly GlossaryTerm[], seen: Set<string> = new Set()): string {
  let result = "";
  let at = 0;
  for (const found of markdown.matchAll(untouched)) {
    const start = found.index ?? 0;
    result += markText(markdown.slice(at, start), terms, seen) + found[0];
    at = start + found[0].length;
  }
  return result + markText(markdown.slice(at), terms, seen);
}

/** Plain prose, with nothing in it that a link could break. */
function markText(text: string, terms: readonly GlossaryTerm[], seen: Set<string>): string {
  const open = terms.filter(({ term }) => !seen.has(term));
  if (open.length === 0 || text.trim() === "") return text;
  const words = open.flatMap((entry) => [entry.term, ...entry.aliases].map((word) => ({ word, entry })));
  words.sort((a, b) => b.word.length - a.word.length);
  const pattern = new RegExp(
    `(?<![\\p{L}\\p{N}_-])(?:${words.map(({ word }) => `(${spelled(word)})`).join("|")})(?![\\p{L}\\p{N}_-])`,
    "gu",
  );
  return text.replace(pattern, (whole: string, ...groups: unknown[]) => {
    const { entry } = words[groups.findIndex((group) => group !== undefined)];
    if (seen.has(entry.term)) return whole;
    seen.add(entry.term);
    return `[${whole}](/reference/glossary.md#${slug(entry.term)} "${entry.definition}")`;
  });
}

/** With a capital at the start of a sentence, over a line's end, and in the plural; PPO is never ppo. */
function spelled(word: string): string {
  const [first, ...rest] = word;
  const start = /\p{Ll}/u.test(first) ? `[${first}${first.toUpperCase()}]` : escaped(first);
  const body = escaped(rest.join("")).replace(/ /g, "\\s(?!\\s*\\n)\\s*");
  return `${start}${body}${/\p{Ll}$/u.test(word) && !/s$/.test(word) ? "s?" : ""}`;
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
