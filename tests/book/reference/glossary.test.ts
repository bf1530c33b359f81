import { readdirSync } from "node:fs";
import path from "node:path";
import { glossary, glossaryPage, markTerms } from "../../../kernel-utils/src/book/reference/glossary";
import { slug } from "../../../kernel-utils/src/book/reference/page";
import { readNotebook } from "../../../kernel-utils/src/notebook/source/format";

const notebooks = path.join(__dirname, "../../../notebooks");
const cells = new Map(
  readdirSync(notebooks)
    .filter((name) => name.endsWith(".ipynb"))
    .map((name) => [name.replace(".ipynb", ""), readNotebook(path.join(notebooks, name)).cells]),
);
const sources = (chapter: string): string[] => (cells.get(chapter) ?? []).map(({ source }) => source);
const prose = (chapter: string): string =>
  (cells.get(chapter) ?? []).map(({ kind, source }) => (kind === "markdown" ? source : "")).join("\n");

describe("the glossary", () => {
  it("has between 60 and 100 terms", () => {
    expect(glossary().length).toBeGreaterThanOrEqual(60);
    expect(glossary().length).toBeLessThanOrEqual(100);
  });

  it("has no word twice, be it a term or another name", () => {
    const words = glossary().flatMap(({ term, aliases }) => [term, ...aliases].map((word) => word.toLowerCase()));
    expect(words.filter((word, i) => words.indexOf(word) !== i)).toEqual([]);
  });

  it("names for each term a chapter in which it occurs", () => {
    const strangers = glossary().filter(({ term, aliases, chapter }) => {
      const text = prose(chapter).toLowerCase();
      return ![term, ...aliases].some((word) => text.includes(word.toLowerCase()));
    });
    expect(strangers.map(({ term, chapter }) => `${term} in ${chapter}`)).toEqual([]);
  });

  it("points at equations that stand in that chapter", () => {
    const astray = glossary().filter(({ equation, chapter }) => {
      const says = new RegExp(`\\\\tag\\{${equation}[,}]|derive: ${equation} from|line\\(\\s*"${equation}"`);
      return equation !== undefined && !sources(chapter).some((source) => says.test(source));
    });
    expect(astray.map(({ term, equation, chapter }) => `${term}: ${equation} in ${chapter}`)).toEqual([]);
  });

  it("says each in one or two sentences of plain text", () => {
    const long = glossary().filter(
      ({ definition }) => definition.length > 240 || /[`$<>{}*"|]/.test(definition) || !definition.endsWith("."),
    );
    expect(long.map(({ term }) => term)).toEqual([]);
  });

  it("gives every term an anchor of its own", () => {
    const anchors = glossary().map(({ term }) => slug(term));
    expect(anchors.filter((anchor, i) => anchor === "" || anchors.indexOf(anchor) !== i)).toEqual([]);
  });

  it("has a page on which every term has an anchor and its chapter", () => {
    const { markdown } = glossaryPage(glossary(), []);
    for (const { term, definition, chapter } of glossary()) {
      expect(markdown).toContain(`<h3 id="${slug(term)}" tabindex="-1">${term} `);
      expect(markdown).toContain(definition.split(/[_|]/)[0]);
      expect(markdown).toContain(`(/chapters/${chapter}.md)`);
    }
  });
});

describe("markTerms", () => {
  const terms = [
    { term: "policy", definition: "What acts.", aliases: ["policies"], chapter: "x" },
    { term: "optimal policy", definition: "The best.", aliases: [], chapter: "x" },
    { term: "PPO", definition: "A method.", aliases: [], chapter: "x" },
  ];
  const link = (shown: string, id: string, says: string): string =>
    `[${shown}](/reference/glossary.md#${id} "${says}")`;

  it("links the first occurrence of a term, and no later one", () => {
    expect(markTerms("A policy is a policy.", terms)).toBe(`A ${link("policy", "policy", "What acts.")} is a policy.`);
  });

  it("takes the longest term at a place, a capital at the start, a plural", () => {
    const marked = markTerms("Optimal policy or not, policies differ.", terms);
    expect(marked).toBe(
      `${link("Optimal policy", "optimal-policy", "The best.")} or not, ${link("policies", "policy", "What acts.")} differ.`,
    );
  });

  it("does not look into words, other spellings of names, or across paragraphs", () => {
    const text = "A policyholder, a geopolicy, ppo.\n\noptimal\n\nthings";
    expect(markTerms(text, terms)).toBe(text);
  });

  it.each([
    ["a heading", "## The policy"],
    ["code", "`policy` and ``a policy``"],
    ["a fence", "```ts\nconst policy = 1;\n```"],
    ["an open fence", "~~~\npolicy"],
    ["a display", "$$ policy \\tag{policy, definition} $$"],
    ["an environment", "\\begin{align} policy \\end{align}"],
    ["a formula", "the cost $policy$"],
    ["a link", "[the policy](#policy) and [policy][1]"],
    ["an image", "![policy](policy.png)"],
    ["HTML", '<span title="policy">'],
    ["an address", "https://example.org/policy"],
  ])("leaves %s as it is", (_what, text) => expect(markTerms(text, terms)).toBe(text));

  it("goes on where the page's earlier pieces ended", () => {
    const seen = new Set<string>();
    markTerms("A policy.", terms, seen);
    expect([...seen]).toEqual(["policy"]);
    expect(markTerms("A policy.", terms, seen)).toBe("A policy.");
  });

  it("marks dozens of terms in a chapter, none of them twice, and changes nothing else", () => {
    const seen = new Set<string>();
    const before = prose("06-dpo");
    const after = markTerms(before, glossary(), seen);
    const marks = [...after.matchAll(/\[([^\]]+)\]\(\/reference\/glossary\.md#([\w-]+) "[^"]+"\)/g)];
    expect(marks.length).toBe(seen.size);
    expect(marks.length).toBeGreaterThan(15);
    expect(new Set(marks.map(([, , id]) => id)).size).toBe(marks.length);
    expect(after.replace(/\[([^\]]+)\]\(\/reference\/glossary\.md#[\w-]+ "[^"]+"\)/g, "$1")).toBe(before);
  });
});
