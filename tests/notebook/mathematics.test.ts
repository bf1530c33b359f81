import { parseNotebook } from "../../kernel-utils/src/notebook/source/format";
import { checkMathematics } from "../../kernel-utils/src/notebook/source/mathematics";
import { notebookText, type TestCell } from "./notebookText";

const check = (...cells: TestCell[]) => {
  const { problems, ...counts } = checkMathematics(parseNotebook(notebookText(cells), "n.ipynb"));
  return { ...counts, problems: problems.map(({ cell, message }) => `[${cell.id}] ${message}`) };
};
const prose = (id: string, text: string): TestCell => [id, text, "markdown"];
/** A derive cell that states what it announces, with `options` after the expression. */
const derive = (line: string, from: string, options = '"why"'): TestCell => [
  line.replace(".", "-"),
  `//| derive: ${line} from ${from}\nline("${line}", "a == a", ${options});`,
];

describe("the mathematics of a notebook", () => {
  it("is counted: a tag per derive cell, definitions and citations apart", () => {
    const text = String.raw`$$ h = w - l \tag{dpo.1, definition} $$ and $$ L = -\log\sigma(\beta h) \tag{dpo.2, cited: rafailov2023} $$
      so $$ \begin{aligned} L &= a \tag{dpo.3} \\ &= b \tag{dpo.4} \end{aligned} $$`;
    const cells: TestCell[] = [prose("p", text), derive("dpo.3", "dpo.1"), derive("dpo.4", "dpo.3")];
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
    const { problems } = check(prose("p", "$$ a \\tag{dpo.10, definition} $$"), derive("dpo.2", "dpo.1"));
    expect(problems).toEqual([
      "[dpo-2] derives dpo.2 from dpo.1, which nothing above states; state it, or correct the name",
    ]);
  });

  it.each([
    ["$$…$$ over several lines", "$$\na = b\n$$"],
    ["\\[…\\]", String.raw`so \[ a = b \] follows`],
    ["\\[…\\] as Jupyter wants it", String.raw`so \\[ a = b \\] follows`],
    ...["equation", "equation*", "align", "align*", "alignat", "gather", "multline", "eqnarray", "displaymath"].map(
      (name): [string, string] => [name, `\\begin{${name}} a &= b \\\\[2pt] c &= d \\end{${name}}`],
    ),
  ])("sees %s, and once", (_, text) => {
    expect(check(prose("p", text)).problems).toEqual([expect.stringMatching(/^\[p\] this equation has no tag/)]);
    const tagged = text.replace("a ", "a \\tag{x.1, definition} ");
    expect(check(prose("p", tagged))).toMatchObject({ problems: [], definitions: 1 });
  });

  it("does not take a bracket or a line break inside a formula for a display", () => {
    const text = String.raw`$$ \begin{aligned} a \tag{x.1, definition} \\[2pt] \left[ b \right] \end{aligned} $$ and $\left[ c \right]$`;
    expect(check(prose("p", text))).toMatchObject({ problems: [], definitions: 1 });
  });

  describe("a derive cell", () => {
    const begin: TestCell = ["begin", 'line("m.1", "a", "?"); d.line("m.2", "b", "?");'];
    it.each([
      ["states nothing", ["x", "//| derive: m.3 from m.2\nconst a = 1;"], /^\[x\] announces m\.3 and states no line/],
      [
        "states another line",
        ["x", '//| derive: m.3 from m.2\nline("m.4", "a", "?");'],
        /announces m\.3 and states m\.4/,
      ],
      ["skips the line before", derive("m.3", "m.1"), /\[m-3\] announces m\.3 from m\.1, but it follows from m\.2/],
      ["follows from another line", derive("m.3", "m.2", '{ move: "?", from: "m.1" }'), /but it follows from m\.1/],
      ["is of another line", derive("m.3", "m.1", '{ move: "?", of: "m.2" }'), /but it follows from m\.2; correct one/],
      ["starts from what is not there", derive("m.3", "m.9"), /derives m\.3 from m\.9, which nothing above states/],
    ] as [string, TestCell, RegExp][])("that %s is found", (_, cell, message) => {
      expect(check(begin, cell).problems).toEqual([expect.stringMatching(message)]);
    });
    it.each([
      ["the line before", derive("m.3", "m.2")],
      ["a line it names", derive("m.3", "m.1", '{ move: "?", from: "m.1" }')],
      ["the line whose gradient it is", derive("m.3", "m.1", '{ of: "m.1", withRespectTo: "a", move: "?" }')],
      ["an equation in prose, afresh", derive("m.3", "x.1", '{ move: "?", from: null }')],
      ["an equation in prose, in its first line", derive("n.2", "x.1")],
    ] as [string, TestCell][])("may follow from %s", (_, cell) => {
      expect(check(prose("p", "$$ a \\tag{x.1, definition} $$"), begin, cell).problems).toEqual([]);
    });
  });
});
