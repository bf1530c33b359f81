import { runInNewContext, Script } from "node:vm";
import {
  bars,
  colors,
  curve,
  formatValue,
  html,
  markdown,
  plot,
  recordDisplay,
  setDisplayHost,
  smallMultiples,
  table,
} from "../../kernel-utils/src/notebook/display";
import { jsonForScript, scriptForHtml } from "../../kernel-utils/src/notebook/display/escape";
import type { DisplayTarget, MimeBundle } from "../../kernel-utils/src/notebook/display/host";
import { plotlyScript, resetPlotly } from "../../kernel-utils/src/notebook/display/plotly";

const htmlOf = (show: () => void): string => recordDisplay(show).all("text/html");

/** The figure as a browser reads it: the content of its JSON script element. */
function figureIn(source: string): { data: Record<string, unknown>[]; layout: Record<string, unknown> } {
  const found = /<script type="application\/json"[^>]*>([\s\S]*?)<\/script>/.exec(source);
  return JSON.parse(found?.[1] ?? "null");
}

/** A stand-in for the tslab kernel that keeps every message. */
function asKernel(show: () => void): { bundle: MimeBundle; target?: DisplayTarget }[] {
  const sent: { bundle: MimeBundle; target?: DisplayTarget }[] = [];
  const before = setDisplayHost({ kind: "kernel", publish: (bundle, target) => void sent.push({ bundle, target }) });
  try {
    show();
  } finally {
    setDisplayHost(before);
  }
  return sent;
}

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

describe("plot", () => {
  const draw = (title = "Reward") =>
    plot({
      data: [curve([0, 1, 2], [1, Number.NaN, 3], { name: "gold" })],
      title,
      caption: "It rises.",
      xLabel: "step",
    });

  it("draws NaN as a gap and labels the axes", () => {
    const figure = figureIn(htmlOf(draw));
    expect(figure.data[0].y).toEqual([1, null, 3]);
    expect(figure.layout.xaxis).toMatchObject({ title: { text: "step" }, exponentformat: "power" });
  });
  it("is a labelled group with a caption and a text alternative", () => {
    const host = recordDisplay(draw);
    const alternative = "Reward. It rises. gold: from 1 to 3, 2 values between 1 and 3.";
    expect(host.all("text/html")).toContain(`<figure role="group" aria-label="${alternative}"`);
    expect(host.all("text/html")).toContain("<figcaption>It rises.</figcaption>");
    expect(host.all("text/plain")).toBe(`[figure] ${alternative}`);
  });
  it("keeps a hostile title inside its script element", () => {
    const source = htmlOf(() => draw("</script><b>"));
    expect(source.match(/<\/script>/g)).toHaveLength(2); // the figure's JSON and the script that draws it
    expect(figureIn(source).layout.title).toEqual({ text: "</script><b>" });
  });
  it("sends the library with the first figure only, and again when that figure is redrawn", () => {
    resetPlotly();
    const sizes = ["Reward", "Loss", "Reward"].map((title) => {
      const [{ bundle }] = asKernel(() => draw(title));
      return String(bundle["text/html"]).length;
    });
    expect(sizes[0]).toBeGreaterThan(1e6);
    expect(sizes[1]).toBeLessThan(1e4);
    expect(sizes[2]).toBeGreaterThan(1e6);
  });
  it("wraps the library so that it is a script a browser can parse, whatever module loader the page has", () => {
    resetPlotly();
    const source = plotlyScript("first").replace(/^<script>|<\/script>$/g, "");
    expect(source).not.toMatch(/<\/script|<!--/i);
    expect(() => new Script(source)).not.toThrow();
  });
  it("draws once the library arrives, however late, and only once a box", () => {
    const source = htmlOf(draw);
    const script = /<script>\(function([\s\S]*?)<\/script>/.exec(source)?.[0].replace(/<\/?script>/g, "") ?? "";
    const json = /<script type="application\/json"[^>]*>([\s\S]*?)<\/script>/.exec(source)?.[1];
    const waiting: (() => void)[] = [];
    const box = { dataset: {} as Record<string, string>, textContent: "alt" };
    const drawn: unknown[] = [];
    const window: { Plotly?: object } = {};
    const document = { querySelector: () => ({ textContent: json }), querySelectorAll: () => [box] };
    const context = { window, document, setTimeout: (f: () => void) => waiting.push(f), JSON };
    runInNewContext(script, context);
    expect([drawn.length, waiting.length, box.textContent]).toEqual([0, 1, "alt"]);
    window.Plotly = { newPlot: (_box: unknown, data: unknown[]) => drawn.push(data) };
    waiting[0]();
    runInNewContext(script, context);
    expect(drawn).toHaveLength(1);
  });
  it("refuses a figure without data", () => {
    expect(() => plot({ data: [], title: "Empty", caption: "" })).toThrow(/plot: "Empty" has no data/);
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
    expect(upper).toMatchObject({ fill: "tonexty", fillcolor: "rgba(0,114,178,0.18)", showlegend: false });
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
