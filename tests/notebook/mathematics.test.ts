import { parseNotebook } from "../../kernel-utils/src/notebook/source/format";
import { checkMathematics } from "../../kernel-utils/src/notebook/source/mathematics";
import { notebookText, type TestCell } from "./notebookText";

const check = (...cells: TestCell[]) => {
  const { problems, ...counts } = checkMathematics(parseNotebook(notebookText(cells), "n.ipynb"));
  return { ...counts, problems: problems.map(({ cell, message }) => `[${cell.id}] ${message}`) };
};
const prose = (id: string, text: string): TestCell => [id, text, "markdown"];

describe("the mathematics of a notebook", () => {
  it("is counted: a tag per derive cell, definitions and citations apart", () => {
    const text = String.raw`$$ h = w - l \tag{dpo.1, definition} $$ and $$ L = -\log\sigma(\beta h) \tag{dpo.2, cited: rafailov2023} $$
      so $$ \begin{aligned} L &= a \tag{dpo.3} \\ &= b \tag{dpo.4} \end{aligned} $$`;
    const cells: TestCell[] = [
      prose("p", text),
      ["d", "//| derive: dpo.3 from dpo.1"],
      ["e", "//| derive: dpo.4 from dpo.3"],
    ];
    expect(check(...cells)).toEqual({ checked: 2, total: 2, definitions: 1, cited: 1, problems: [] });
  });

  it("leaves inline formulas and code alone", () => {
    expect(check(prose("p", "$a = b$, `$$ x $$`\n```\n$$ y $$\n```")).problems).toEqual([]);
  });

  it("has no display equation without a tag", () => {
    const { problems } = check(prose("p", "$$ a = b $$"), prose("q", "\\begin{align*} c &= d \\end{align*}"));
    expect(problems).toEqual([
      expect.stringMatching(/^\[p\] this equation has no tag; add \\tag\{name\}/),
      expect.stringMatching(/^\[q\] this equation has no tag/),
    ]);
  });

  it("has no tag that nothing checks", () => {
    const result = check(prose("p", "$$ a \\tag{dpo.9} $$"));
    expect(result).toMatchObject({ checked: 0, total: 1 });
    expect(result.problems).toEqual([expect.stringMatching(/^\[p\] nothing checks the equation dpo\.9; add a cell/)]);
  });

  it("has no mark it does not know, and no tag twice", () => {
    const { problems } = check(
      prose("p", "$$ a \\tag{a.1, axiom} $$"),
      prose("q", "$$ b \\tag{a.2, definition} $$ $$ c \\tag{a.2, definition} $$"),
    );
    expect(problems).toEqual([
      expect.stringMatching(/^\[p\] cannot read the tag "a\.1, axiom"; write/),
      expect.stringMatching(/^\[q\] the tag a\.2 is already on an equation of \[q\]/),
    ]);
  });

  it("derives from what is stated above, dpo.1 not being dpo.10", () => {
    const { problems } = check(prose("p", "$$ a \\tag{dpo.10, definition} $$"), ["d", "//| derive: dpo.2 from dpo.1"]);
    expect(problems).toEqual([
      "[d] derives dpo.2 from dpo.1, which nothing above states; state it, or correct the name",
    ]);
  });
});
