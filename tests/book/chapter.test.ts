import { chapterData } from "../../kernel-utils/src/book";
import { cellAt } from "../../kernel-utils/src/book/blocks";
import { parseNotebook } from "../../kernel-utils/src/notebook/source";
import { chapterOf, code, data, notebookText, prose } from "./notebookOf";

const title = prose("title", "# 99 · A test\n\n**Why?**");
const line = (tag: string, said: string): object =>
  data({ "text/markdown": [`$$\nx = y \\tag{${tag}}\n$$\n\n`, `<small>${said}</small>`], "text/plain": tag });
const exercise = [
  prose("half-card", "Before it.\n\n> **Exercise: one half** · difficulty 2 · 10 minutes\n>\n> Return *half* of it."),
  code("half", '//| exercise: half (difficulty 2, minutes 10)\nconst half = (x: number): number => todo("divide");'),
  code(
    "half-check",
    '//| check: half\ncheck("half", half);',
    data({ "text/html": "<p>· half: not attempted yet</p>" }),
    { output_type: "stream", name: "stdout", text: "half: not attempted\n" },
  ),
  prose("half-text", "The solution, folded. Two halves make one."),
  {
    ...code("half-solution", "//| solution: half\nconst half = (x: number): number => x / 2;"),
    metadata: { jupyter: { source_hidden: true } },
  },
];

describe("a chapter", () => {
  it("begins with its title and what it asks of a reader", () => {
    const made = chapterOf([
      title,
      code("a", "//| derive: x.2 from x.1\nline()", line("x.2", "why — ✓ holds")),
      ...exercise,
    ]);
    expect(made).toMatchObject({ title: "99 · A test", question: "Why?", minutes: 20, checkedLines: 1 });
    expect(made.exercises).toEqual([{ id: "half", title: "one half" }]);
    expect(made.page.text).toMatch(
      /# 99 · A test[\s\S]*1 checked line<\/span><span>1 exercise<\/span><span>20 minutes/,
    );
    expect(made.page.text.match(/^# /gm)).toHaveLength(1);
  });

  it("wraps every code cell for what runs cells in the page, and ends with it", () => {
    const { page } = chapterOf([title, code("a", "1 + 1"), ...exercise]);
    const wrapped = [...page.text.matchAll(/data-cell="([\w-]+)" data-notebook="99-test" data-directive="([\w-]*)"/g)];
    expect(wrapped.map(([, id, directive]) => [id, directive])).toEqual([
      ["a", ""],
      ["half", "exercise"],
      ["half-check", "check"],
      ["half-solution", "solution"],
    ]);
    expect(page.text.trimEnd()).toMatch(/<LiveNotebook name="99-test" \/>\n~~~$/);
  });

  it("gives the sources of its cells as data, directives and all", () => {
    const notebook = parseNotebook(notebookText([title, ...exercise]), "x.ipynb");
    expect(chapterData(notebook)).toMatchObject({
      cells: [
        { id: "half", kind: "code", directive: "exercise", source: expect.stringContaining("//| exercise: half") },
        { id: "half-check", directive: "check" },
        { id: "half-solution", directive: "solution" },
      ],
    });
  });

  it("shows a checked line as formula, step and verdict, linked to the line it comes from", () => {
    const cells = [
      prose("start", "$$ x = 1 \\tag{x.1, definition} $$"),
      code("x-2", "//| derive: x.2 from x.1\nline()", line("x.2", "a move — *Gibbs 1902* — ✓ holds on 96 draws")),
    ];
    const { page } = chapterOf([title, ...cells]);
    expect(page.text).toContain('<a href="#eq-x-2">x.2</a> from <a href="#eq-x-1">x.1</a>');
    expect(page.text).toContain("a move — *Gibbs 1902*\n");
    expect(page.text).toContain('<p class="step-check" v-pre>✓ holds on 96 draws</p>');
    expect(page.text).not.toContain("<small>");
    expect(page.text).not.toContain("//| derive");
  });

  it("does not link a line to one that is on no equation of the page", () => {
    const { page } = chapterOf([title, code("x-2", "//| derive: x.2 from x.1\nline()", line("x.2", "✓ holds"))]);
    expect(page.text).toContain("x.2</a> from x.1</p>");
  });

  it("makes a card of an exercise: hints, check and solution folded, the log's line left out", () => {
    const { page } = chapterOf([title, ...exercise], { hintsOf: () => ["a <nudge>", "nearly all"] });
    const card = page.text.slice(page.text.indexOf("<section"), page.text.indexOf("</section>"));
    expect(page.text.indexOf("Before it.")).toBeLessThan(page.text.indexOf("<section"));
    expect(card).toMatch(/id="exercise-half"[^>]*>Exercise: one half/);
    expect(card).toMatch(/moderate<\/span><span>10 minutes/);
    expect(card).toContain("Return *half* of it.");
    expect(card).toContain("a &lt;nudge&gt;");
    expect(card.match(/<details class="fold (\w+)"/g)).toEqual(
      ["hint", "hint", "check", "solution"].map((name) => `<details class="fold ${name}"`),
    );
    expect(card).toContain("Two halves make one.");
    expect(card).not.toContain("The solution, folded");
    expect(card).not.toContain("half: not attempted\n");
  });

  it("marks a cell that fails on purpose, and says what it said", () => {
    const error = { output_type: "error", ename: "RangeError", evalue: "\u001b[31mtoo <far>\u001b[0m", traceback: [] };
    const { page } = chapterOf([title, code("far", "//| expect-error: RangeError\nfar()", error)]);
    expect(page.text).toMatch(/fails on purpose, with <code>RangeError<\/code>/);
    expect(page.text).toContain("RangeError: too &lt;far&gt;");
    expect(page.text).toContain("fails, as it should");
  });

  it("is whole without outputs", () => {
    const { page } = chapterOf([
      title,
      code("x-2", "//| derive: x.2 from x.1\nline()"),
      code("a", "1 + 1"),
      ...exercise,
    ]);
    expect(page.text).toContain("not run");
    expect(page.text).toContain("1 + 1");
  });

  it("knows which cell a line of its page comes from", () => {
    const { page } = chapterOf([title, prose("one", "One."), code("two", "const two = 2;"), prose("three", "Three.")]);
    const body = page.text.slice(page.text.indexOf("\n---\n") + 5).split("\n");
    const lineOf = (text: string): number => body.findIndex((line) => line.includes(text)) + 1;
    expect(cellAt(page, lineOf("One."))).toBe("one");
    expect(cellAt(page, lineOf("const two"))).toBe("two");
    expect(cellAt(page, lineOf("Three."))).toBe("three");
  });
});
