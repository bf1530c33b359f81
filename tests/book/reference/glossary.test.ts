import { readdirSync } from "node:fs";
import path from "node:path";
import { glossary } from "../../../kernel-utils/src/book/reference/glossary/terms";
import { readNotebook } from "../../../kernel-utils/src/notebook/source/format";

const notebooks = path.join(__dirname, "../../../notebooks");
const prose = new Map(
  readdirSync(notebooks)
    .filter((name) => name.endsWith(".ipynb"))
    .map((name) => [
      name.replace(".ipynb", ""),
      readNotebook(path.join(notebooks, name)).cells.map(({ source }) => source),
    ]),
);

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
      const text = (prose.get(chapter) ?? []).join("\n").toLowerCase();
      return ![term, ...aliases].some((word) => text.includes(word.toLowerCase()));
    });
    expect(strangers.map(({ term, chapter }) => `${term} in ${chapter}`)).toEqual([]);
  });

  it("points at equations that stand in that chapter", () => {
    const astray = glossary().filter(({ equation, chapter }) => {
      const says = new RegExp(`\\\\tag\\{${equation}[,}]|derive: ${equation} from|line\\(\\s*"${equation}"`);
      return equation !== undefined && !(prose.get(chapter) ?? []).some((source) => says.test(source));
    });
    expect(astray.map(({ term, equation, chapter }) => `${term}: ${equation} in ${chapter}`)).toEqual([]);
  });

  it("says each in one or two sentences of plain text", () => {
    const long = glossary().filter(
      ({ definition }) => definition.length > 240 || /[`$<>{}*]/.test(definition) || !definition.endsWith("."),
    );
    expect(long.map(({ term }) => term)).toEqual([]);
  });
});
