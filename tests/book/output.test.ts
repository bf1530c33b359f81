import { chapterOf, code, data, prose } from "./notebookOf";

const title = prose("title", "# T");
const pageOf = (...outputs: object[]) => chapterOf([title, code("shown", "show();", ...outputs)]);
const plotly = { data: [{ type: "bar", x: [1], y: [2] }], layout: { title: "T" } };

describe("an output on a page", () => {
  it("is the figure's picture with its words, and its data for the interactive one", () => {
    const bundle = {
      "application/vnd.plotly.v1+json": plotly,
      "image/svg+xml": '<svg viewBox="0 0 700 400"></svg>',
      "text/html": "<script>Plotly</script>",
      "text/plain": "[figure] words",
    };
    const figure = { title: "A title", caption: 'Small "β"', alt: "it <rises>" };
    const { page, assets } = pageOf(data(bundle, { alignment: { figure } }));
    expect(page.text).toContain('<figure class="plot" data-plot="99-test/shown.json" data-title="A title">');
    expect(page.text).toContain('<img src="./99-test/shown.svg" alt="it &lt;rises&gt;" width="700" height="400"');
    expect(page.text).toContain("<figcaption>Small &quot;β&quot;</figcaption>");
    expect(page.text.indexOf("<img")).toBeLessThan(page.text.indexOf("<figcaption"));
    expect(assets.map(({ path }) => path)).toEqual(["99-test/shown.svg", "99-test/shown.json"]);
    expect(JSON.parse(String(assets[1].content))).toEqual(plotly);
  });

  it("takes a committed notebook's PNG where there is no drawing, and the words from the text", () => {
    const png = Buffer.from([137, 80, 78, 71]).toString("base64");
    const { page, assets } = pageOf(
      data({ "application/vnd.plotly.v1+json": plotly, "image/png": `${png}\n`, "text/plain": "[figure] rises to 3" }),
    );
    expect(page.text).toContain('src="./99-test/shown.png" alt="rises to 3"');
    expect(Buffer.from(assets[0].content)).toEqual(Buffer.from([137, 80, 78, 71]));
  });

  it("names the files of several figures of a cell apart", () => {
    const one = data({ "application/vnd.plotly.v1+json": plotly });
    expect(pageOf(one, one).assets.map(({ path }) => path)).toEqual(["99-test/shown.json", "99-test/shown-2.json"]);
  });

  it("runs no script of an HTML output", () => {
    const { page } = pageOf(data({ "text/html": "<b>x</b><script>alert(1)</script>", "text/plain": "x" }));
    expect(page.text).toContain('<div class="rich"><b>x</b></div>');
    expect(page.text).not.toContain("alert");
  });

  it("cuts a huge stream and says how much is missing", () => {
    const { page } = pageOf({ output_type: "stream", name: "stdout", text: "x".repeat(1_000_000) });
    expect(page.text.length).toBeLessThan(20_000);
    expect(page.text).toContain("988,000 characters more");
  });

  it("gives the text instead of a huge HTML output, which cut would be half a table", () => {
    const { page } = pageOf(data({ "text/html": `<p>${"y".repeat(500_000)}</p>`, "text/plain": "a long table" }));
    expect(page.text).toContain("a long table");
    expect(page.text).not.toContain("yyy");
  });

  it("joins a stream that came in pieces, without terminal colours", () => {
    const piece = (text: string) => ({ output_type: "stream", name: "stdout", text: [text] });
    expect(pageOf(piece("\u001b[1mon"), piece("e\u001b[0m\n")).page.text).toContain(">one</pre>");
  });

  it.each([
    ["a picture", { "image/png": "iVBORw0KGgo=", "text/plain": "a dot" }, '<img src="./99-test/shown.png" alt="a dot"'],
    ["LaTeX", { "text/latex": "$\\displaystyle x^2$" }, "$$\n\\displaystyle x^2\n$$"],
    ["Markdown", { "text/markdown": "*said*" }, "*said*"],
    ["JSON", { "application/json": { a: "<1>" } }, "&quot;a&quot;: &quot;&lt;1&gt;&quot;"],
    ["text, of a type nobody knows", { "application/x-nobody": "?", "text/plain": "known" }, ">known</pre>"],
    [
      "a word of regret",
      { "application/x-<nobody>": "?" },
      "application/x-&lt;nobody&gt;, which this page cannot show",
    ],
    ["a word of regret for nothing at all", {}, "no type at all"],
  ])("can be %s", (_, bundle, expected) => expect(pageOf(data(bundle)).page.text).toContain(expected));

  it("passes over outputs that are none", () => {
    const { page } = pageOf({ output_type: "update_display_data" }, { output_type: 5 }, {});
    expect(page.text).not.toContain("outputs");
  });
});
