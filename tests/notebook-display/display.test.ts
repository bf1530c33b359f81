import { runInNewContext } from "node:vm";
import {
  bars,
  colors,
  curve,
  formatValue,
  html,
  markdown,
  recordDisplay,
  smallMultiples,
  table,
} from "../../kernel-utils/src/notebook/display";
import { jsonForScript, scriptForHtml } from "../../kernel-utils/src/notebook/display/escape";

const htmlOf = (show: () => void): string => recordDisplay(show).all("text/html");

describe("text", () => {
  it("sends Markdown and HTML each with a plain text", () => {
    const host = recordDisplay(() => {
      markdown("$\\beta$");
      html("<b>bold</b>", { text: "bold" });
    });
    expect(host.outputs).toEqual([
      { "text/markdown": "$\\beta$", "text/plain": "$\\beta$" },
      { "text/html": "<b>bold</b>", "text/plain": "bold" },
    ]);
  });
  it.each([
    [0.000012345, "1.23e−5"],
    [-0.5, "−0.5000"],
    [1234.567, "1235"],
    [3, "3"],
    [Number.NaN, "NaN"],
    [Number.NEGATIVE_INFINITY, "−∞"],
    [undefined, "–"],
    [[1, 0.25], "[1, 0.2500]"],
  ])("formats %p as %s", (value, text) => expect(formatValue(value)).toBe(text));
});

describe("table", () => {
  const rows = [
    { method: "dpo", gold: 1.25 },
    { method: "<sft>", gold: 0.5 },
  ];
  it("has a caption, scoped headings, right-aligned numbers and escaped text", () => {
    const source = htmlOf(() => table(rows, { caption: "Gold & KL" }));
    expect(source).toContain("Gold &amp; KL</caption>");
    expect(source).toContain('<th scope="col" align="right" style="text-align:right">gold</th>');
    expect(source).toContain("&lt;sft&gt;");
    expect(source).toContain('<td align="right" style="text-align:right">1.25</td>');
  });
  it("says the same in plain text", () => {
    const text = recordDisplay(() => table(rows, { caption: "Gold" })).all("text/plain");
    expect(text).toBe("Gold\nmethod  gold\ndpo     1.25\n<sft>   0.50");
  });
  it("gives chosen numbers the decimals of their column, measured ones their digits", () => {
    const swept = [0, 0.1, 0.25].map((beta, i) => ({ beta: -beta, gold: [0.5, 0.123456, Number.NaN][i] }));
    const text = recordDisplay(() => table(swept, { caption: "Gold", digits: 3 })).all("text/plain");
    expect(text).toBe("Gold\n beta   gold\n 0.00  0.500\n−0.10  0.123\n−0.25    NaN");
  });
  it("keeps a short caption on one line over a narrow table and lets a long one wrap", () => {
    const captioned = (length: number) => htmlOf(() => table(rows, { caption: "c".repeat(length) }));
    expect(captioned(100)).toContain("white-space:nowrap");
    expect(captioned(101)).not.toContain("white-space:nowrap");
  });
  it("takes a data frame and a choice of columns", () => {
    const frame = { objects: () => rows, columnNames: () => ["method", "gold"] };
    expect(htmlOf(() => table(frame, { caption: "c", columns: ["gold"] }))).not.toContain("method");
  });
});

describe("traces", () => {
  it("puts a band's edges before its line, in the line's colour", () => {
    const [lower, upper, line] = curve([0, 1], [1, 2], {
      name: "dpo",
      color: colors.dpo,
      band: [
        [0, 1],
        [2, 3],
      ],
    });
    expect([lower.y, upper.y, line.y]).toEqual([
      [0, 1],
      [2, 3],
      [1, 2],
    ]);
    expect(upper).toMatchObject({ fill: "tonexty", fillcolor: "rgba(54,79,192,0.18)", showlegend: false });
  });
  it("turns intervals into distances from the bar", () => {
    expect(bars(["sft"], [2], { interval: [[1.5, 3]] }).error_y).toMatchObject({ array: [1], arrayminus: [0.5] });
  });
  it("gives every panel its axes and each name one legend entry", () => {
    const panel = (title: string) => ({ title, data: [curve([0], [1], { name: "dpo" })], xLabel: "step" });
    const { data, layout } = smallMultiples([panel("β = 0.1"), panel("β = 1")]);
    expect(data.map((trace) => [trace.xaxis, trace.showlegend])).toEqual([
      ["x", undefined],
      ["x2", false],
    ]);
    expect(layout).toMatchObject({ grid: { rows: 1, columns: 2 }, xaxis2: { title: { text: "step" } } });
  });
});

describe("escapes", () => {
  it("writes JSON that reads back and cannot end a script", () => {
    const value = { text: "</script><!--", numbers: new Float32Array([1, 2]) };
    expect(jsonForScript(value)).not.toContain("<");
    expect(JSON.parse(jsonForScript(value))).toEqual({ text: "</script><!--", numbers: [1, 2] });
  });
  it("keeps a string in a script what it was", () => {
    expect(runInNewContext(scriptForHtml('"</script>" + "<!--"'))).toBe("</script><!--");
  });
});
