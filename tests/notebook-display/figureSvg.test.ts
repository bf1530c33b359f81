import { readFileSync } from "node:fs";
import path from "node:path";
import { bars, curve, type Figure, histogram, points } from "../../kernel-utils/src/notebook/display";
import {
  darkTheme,
  type FigureJson,
  figureJson,
  figureSvg,
  inDark,
} from "../../kernel-utils/src/notebook/display/figure";
import { figurePng } from "../../kernel-utils/src/notebook/display/figure/figurePng";

const words = { title: "Reward", caption: "It rises.", alt: "A line that rises." };
const svgOf = (data: Figure["data"], layout: Record<string, unknown> = {}): string =>
  figureSvg(figureJson({ title: "Reward", caption: "", data, layout }), words);

/** The numbers of a path, in order. */
const numbersOf = (d: string): number[] => (d.match(/-?[\d.]+/g) ?? []).map(Number);
const pathsWith = (svg: string, attribute: string): number[][] =>
  [...svg.matchAll(/<path d="([^"]*)"([^>]*)>/g)]
    .filter(([, , rest]) => rest.includes(attribute))
    .map(([, d]) => numbersOf(d));
const bluePath = (svg: string): number[] => pathsWith(svg, 'stroke="#364FC0"')[0];

describe("where things lie", () => {
  it("puts a straight line's points on a straight line, equal steps apart", () => {
    const [x0, y0, x1, y1, x2, y2] = bluePath(svgOf([curve([0, 1, 3], [0, 2, 0], { name: "n" })]));
    expect((x2 - x0) / (x1 - x0)).toBeCloseTo(3, 1);
    expect(y0).toBe(y2);
    expect(y1).toBeLessThan(y0);
  });
  it("gives each power of ten the same way on a logarithmic axis", () => {
    const line = bluePath(svgOf([curve([1, 10, 100], [0, 1, 0], { name: "n" })], { xaxis: { type: "log" } }));
    expect(line[2] - line[0]).toBeCloseTo(line[4] - line[2], 0);
  });
  it("leaves a gap where there is no number", () => {
    const svg = svgOf([curve([0, 1, 2, 3, 4], [0, 1, Number.NaN, 1, 0], { name: "n" })]);
    expect(/<path d="(M[^M]*M[^M]*)" fill="none"[^>]*stroke="#364FC0"/.test(svg)).toBe(true);
  });
  it("draws bars from zero, as high as their values, and negative ones downwards", () => {
    const svg = svgOf([bars(["a", "b", "c"], [1, 2, -1])]);
    const heights = [...svg.matchAll(/<rect x="[\d.]+" y="([\d.]+)" width="[\d.]+" height="([\d.]+)" fill="#364FC0"/g)];
    const [one, two, below] = heights.map(([, y, height]) => ({ y: Number(y), height: Number(height) }));
    expect(two.height / one.height).toBeCloseTo(2, 1);
    expect(below.height).toBeCloseTo(one.height, 0);
    expect(below.y).toBeCloseTo(one.y + one.height, 0);
  });
  it("draws error bars to the ends of the interval", () => {
    const svg = svgOf([bars(["a"], [2], { interval: [[1, 4]] })]);
    const [, y, height] =
      /<rect x="[\d.]+" y="([\d.]+)" width="[\d.]+" height="([\d.]+)" fill="#364FC0"/.exec(svg) ?? [];
    const unit = Number(height) / 2;
    const whisker = pathsWith(svg, 'stroke="#1A1A1A" stroke-width="1.5"')[0];
    expect(whisker[1]).toBeCloseTo(Number(y) - 2 * unit, 0); // 4 is two above the bar's top
    expect(whisker).toContainEqual(expect.closeTo(Number(y) + unit, 0));
  });
  it("fills a band from its lower edge to its upper one", () => {
    const svg = svgOf(
      curve([0, 1], [1, 2], {
        name: "n",
        band: [
          [0, 1],
          [2, 3],
        ],
      }),
    );
    const d = /<path d="([^"]*)" fill="rgba\(54,79,192,0.18\)"/.exec(svg)?.[1] ?? "";
    const [, upperLeft, , upperRight, , lowerRight, , lowerLeft] = numbersOf(d);
    expect([upperLeft < lowerLeft, upperRight < lowerRight]).toEqual([true, true]);
    expect(lowerLeft - upperLeft).toBeCloseTo(lowerRight - upperRight, 0);
  });
  it("counts a histogram's bins", () => {
    const svg = svgOf([{ ...histogram([0.5, 0.6, 1.5, 3.5], { name: "n" }), xbins: { start: 0, end: 4, size: 1 } }]);
    const path = /<path d="(M[^"]*V[^"]*)" fill="#364FC0"/.exec(svg)?.[1] ?? "";
    const tops = [...path.matchAll(/V([\d.]+)H/g)].map(([, y]) => Number(y));
    const floor = numbersOf(path)[1];
    const heights = tops.map((top) => Math.round((10 * (floor - top)) / (floor - tops[1])) / 10);
    expect(heights).toEqual([2, 1, 0, 1]);
  });
  it("gives panels with matching axes one scale, and others their own", () => {
    const panel = (suffix: string, top: number, more: object) => ({
      data: { ...curve([0, 1], [0, top], { name: `to ${top}` })[0], xaxis: `x${suffix}`, yaxis: `y${suffix}` },
      axis: { [`yaxis${suffix}`]: more },
    });
    const heightsWith = (more: object) => {
      const [a, b] = [panel("", 1, {}), panel("2", 2, more)];
      const svg = svgOf([a.data, b.data], { grid: { rows: 1, columns: 2 }, ...a.axis, ...b.axis });
      return pathsWith(svg, 'stroke="#364FC0" stroke-width="2"')
        .slice(0, 2)
        .map(([, y0, , y1]) => y0 - y1);
    };
    const [half, whole] = heightsWith({ matches: "y" });
    expect(whole / half).toBeCloseTo(2, 1);
    const [first, second] = heightsWith({});
    expect(second).toBeCloseTo(first, 0);
  });
  it("keeps a line of thousands of steps within a few hundred corners, none off by more than a pixel's fraction", () => {
    const x = Array.from({ length: 5000 }, (_, i) => i);
    const svg = svgOf([
      curve(
        x,
        x.map((value) => Math.sin(value / 800)),
        { name: "sine" },
      ),
    ]);
    const line = bluePath(svg);
    expect(line.length / 2).toBeLessThan(300);
    const [left, right] = [line[0], line[line.length - 2]];
    const ys = line.filter((_, i) => i % 2 === 1);
    const [top, bottom] = [Math.min(...ys), Math.max(...ys)];
    const middle = (top + bottom) / 2;
    for (let i = 0; i < line.length; i += 2) {
      const value = Math.sin((((line[i] - left) / (right - left)) * 4999) / 800);
      expect(Math.abs(line[i + 1] - (middle - (value * (bottom - top)) / 2))).toBeLessThan(1);
    }
  });
});

describe("what is written", () => {
  it("names the picture, describes it, and puts the caption under it", () => {
    const svg = svgOf([curve([0, 1], [0, 1], { name: "n" })], { xaxis: { title: { text: "step" } } });
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" viewBox="0 0 700 \d+" width="700"/);
    expect(svg).toContain("<title>Reward</title><desc>A line that rises.</desc>");
    for (const text of [">It rises.</text>", ">step</text>", ">Reward</text>"]) expect(svg).toContain(text);
  });
  it("escapes what would be markup", () => {
    const figure = figureJson({ title: "a < b", caption: "", data: [curve([0, 1], [0, 1], { name: "n" })] });
    expect(figureSvg(figure, { title: "a < b & c", alt: "</desc><script>" })).not.toMatch(/<script>|a < b/);
  });
  it.each([
    [[-0.5, 0.5], {}, ["−0.4", "0.0", "0.4"]],
    [[0, 3e6], {}, ["0", "1·10⁶", "3·10⁶"]],
    [[0, 1], { tickformat: ".0%" }, ["0%", "100%"]],
    [[1e-6, 1], { type: "log" }, ["10⁻⁶", "10⁰"]],
    [[1, 1000], { type: "log" }, ["1", "10", "1000"]],
  ])("writes the numbers of an axis from %j (%j) as %j", (ends, yaxis, expected) => {
    const svg = svgOf([curve([0, 1], ends, { name: "n" })], { yaxis });
    for (const text of expected) expect(svg).toContain(`>${text}</text>`);
  });
  it("breaks long labels into lines and slants those that are too long for it", () => {
    const labels = (text: string) => Array.from({ length: 9 }, (_, i) => `${text} ${i}`);
    expect(svgOf([bars(labels("a few words"), new Array(9).fill(1))])).toMatch(/>a few<\/text>|>a few words<\/text>/);
    expect(svgOf([bars(labels("anextremelylongword"), new Array(9).fill(1))])).toContain("rotate(-35)");
  });
  it("has a legend only where there is more than one thing to tell apart", () => {
    const line = (name: string) => curve([0, 1], [0, 1], { name })[0];
    expect(svgOf([line("only one")])).not.toContain("only one");
    expect(svgOf([line("first"), line("second")])).toMatch(/>first<\/text>.*>second<\/text>/s);
  });
});

describe("what it refuses, rather than leave it out", () => {
  const line = curve([0, 1], [0, 1], { name: "gold" })[0];
  it.each([
    [
      "a kind of trace",
      [{ ...line, type: "heatmap" }],
      {},
      /the trace "gold" is a "heatmap"; the static picture draws scatter/,
    ],
    [
      "an attribute",
      [{ ...line, stackgroup: "one" }],
      {},
      /the trace "gold" has stackgroup = "one"; the static picture takes none of it/,
    ],
    [
      "a value",
      [{ ...line, line: { shape: "spline" } }],
      {},
      /"gold", line has shape = "spline"; the static picture takes "linear"/,
    ],
    [
      "markup in a name",
      [{ ...line, name: "<b>gold</b>" }],
      {},
      /name = "<b>gold<\/b>"; the static picture takes a text without markup/,
    ],
    ["a layout attribute", [line], { polar: {} }, /the layout has polar/],
    ["an axis attribute", [line], { yaxis: { side: "right" } }, /the layout's yaxis has side = "right"/],
    [
      "a second axis over the first",
      [{ ...line, yaxis: "y2" }],
      {},
      /on axes x and y2; the static picture pairs x2 with y2/,
    ],
    [
      "a panel without a place",
      [{ ...line, xaxis: "x2", yaxis: "y2" }],
      {},
      /axes x2, y2 have no place in a grid of 1 × 1/,
    ],
    [
      "an arrow",
      [line],
      { annotations: [{ text: "here", x: 0, y: 0, showarrow: true }] },
      /an annotation has showarrow = true/,
    ],
    [
      "stacked bars",
      [bars(["a"], [1])],
      { barmode: "stack" },
      /barmode = "stack"; the static picture takes one of "group", "overlay"/,
    ],
    ["bars on numbers", [{ ...bars(["a"], [1]), x: [1] }], {}, /stand on numbers; bars\(labels, …\) takes texts/],
  ])("%s", (_what, data, layout, message) => expect(() => svgOf(data as Figure["data"], layout)).toThrow(message));
  it("a histogram whose bins nobody chose", () =>
    expect(() => figureSvg({ data: [{ type: "histogram", x: [1] }], layout: {} }, words)).toThrow(/has no xbins/));
});

interface Kept {
  name: string;
  title: string;
  caption: string;
  alt: string;
  figure: FigureJson;
}
/** One figure of each kind that the notebooks draw, from executed notebooks; long lists thinned. */
const kept = JSON.parse(readFileSync(path.join(__dirname, "../fixtures/figures.json"), "utf8")) as Kept[];

describe("figures of the course", () => {
  it.each(kept.map((one) => [one.name, one] as const))(
    "%s is drawn small, whole and the same every time",
    (_name, one) => {
      const svg = figureSvg(one.figure, one);
      expect(svg.length).toBeLessThan(60_000);
      expect(svg).not.toMatch(/NaN|undefined|Infinity/);
      expect(figureSvg(one.figure, one)).toBe(svg);
      const named = one.figure.data.filter(({ name, showlegend }) => name && showlegend !== false);
      const isLegend = one.figure.layout.showlegend !== false && named.length > 1;
      const texts = [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text);
      if (isLegend) for (const { name } of named) expect(texts).toContain(String(name).replace(/'/g, "&#39;"));
      const { annotations = [] } = one.figure.layout as { annotations?: { text: string }[] };
      for (const { text } of annotations) expect(texts).toContain(text);
    },
  );
  it.each(kept.map((one) => [one.name, one] as const))("%s has every text within its page", (_name, one) => {
    const svg = figureSvg(one.figure, { ...one, caption: one.caption });
    const ends = [...svg.matchAll(/<text x="([\d.-]+)" y="([\d.-]+)"/g)].map(([, x, y]) => [Number(x), Number(y)]);
    const height = Number(/height="(\d+)"/.exec(svg)?.[1]);
    for (const [x, y] of ends) expect([x >= 0, x <= 700, y > 0, y < height]).toEqual([true, true, true, true]);
  });
  it("has a dark form with its own colours and the same shapes", () => {
    const [one] = kept;
    const light = figureSvg(one.figure, one);
    const dark = figureSvg(inDark(one.figure), one, darkTheme);
    expect(dark).toContain(darkTheme.background);
    const shapes = (svg: string) => svg.replace(/#[0-9A-F]{6}/g, "");
    expect(shapes(dark)).toBe(shapes(light));
  });
});

describe("the picture in pixels", () => {
  it("is a PNG of twice the size, the same bytes every time, with something in it", async () => {
    const svg = svgOf([points([1, 2], [1, 2], { name: "n" })]);
    const png = await figurePng(svg);
    const view = new DataView(png.buffer);
    expect([...png.subarray(0, 4)]).toEqual([0x89, 0x50, 0x4e, 0x47]);
    expect([view.getUint32(16), view.getUint32(20)]).toEqual([1400, 2 * Number(/height="(\d+)"/.exec(svg)?.[1])]);
    expect(Buffer.from(await figurePng(svg)).equals(Buffer.from(png))).toBe(true);
    const blank = await figurePng(svg.replace(/<text[^>]*>[^<]*<\/text>|<path[^>]*>/g, ""));
    expect(png.length).toBeGreaterThan(2 * blank.length);
  });
  it("draws the letters: without its texts the picture is smaller", async () => {
    const svg = svgOf([curve([0, 1], [0, 1], { name: "n" })]);
    const mute = await figurePng(svg.replace(/<text[^>]*>[^<]*<\/text>/g, ""));
    expect((await figurePng(svg)).length).toBeGreaterThan(1.3 * mute.length);
  });
});
