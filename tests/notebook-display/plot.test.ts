import { runInNewContext, Script } from "node:vm";
import { curve, plot, points, recordDisplay, setDisplayHost } from "../../kernel-utils/src/notebook/display";
import type { FigureJson } from "../../kernel-utils/src/notebook/display/figure";
import { updateScript } from "../../kernel-utils/src/notebook/display/figure/browserScript";
import { darkTheme, inDark } from "../../kernel-utils/src/notebook/display/figure/theme";
import type { MimeBundle, OutputMetadata } from "../../kernel-utils/src/notebook/display/host";
import { plotlyScript, resetPlotly } from "../../kernel-utils/src/notebook/display/plotly";

const draw = (title = "Reward") =>
  plot({
    data: [curve([0, 1, 2], [1, Number.NaN, 3], { name: "gold" })],
    ...{ title, caption: "It rises.", xLabel: "step", yLabel: "reward" },
  });

const bundleOf = (show: () => void): MimeBundle => recordDisplay(show).outputs[0];
const htmlOf = (show: () => void): string => String(bundleOf(show)["text/html"]);
const jsonOf = (show: () => void) => bundleOf(show)["application/vnd.plotly.v1+json"] as FigureJson;

function asKernel(show: () => void): { bundle: MimeBundle; metadata?: OutputMetadata }[] {
  const sent: { bundle: MimeBundle; metadata?: OutputMetadata }[] = [];
  const publish = (bundle: MimeBundle, _target?: unknown, metadata?: OutputMetadata) =>
    void sent.push({ bundle, metadata });
  const before = setDisplayHost({ kind: "kernel", publish });
  try {
    show();
  } finally {
    setDisplayHost(before);
  }
  return sent;
}

const alternative = "Reward. It rises. gold: from 1 to 3, 2 values between 1 and 3.";

describe("the bundle of a figure", () => {
  it("has plotly's JSON, HTML, SVG and words, and says in metadata what it shows", () => {
    const host = recordDisplay(() => draw());
    expect(Object.keys(host.outputs[0])).toEqual([
      ...["application/vnd.plotly.v1+json", "text/html", "image/svg+xml", "text/plain"],
    ]);
    expect(host.outputs[0]["text/plain"]).toBe(`[figure] ${alternative}`);
    expect(host.metadata[0]).toEqual({
      alignment: { figure: { title: "Reward", caption: "It rises.", alt: alternative } },
    });
  });
  it("draws NaN as a gap and labels the axes", () => {
    const { data, layout } = jsonOf(() => draw());
    expect(data[0].y).toEqual([1, null, 3]);
    expect(layout.xaxis).toMatchObject({ title: { text: "step" }, exponentformat: "power" });
  });
  it("is the same for the same figure, and plain JSON", () => {
    const figure = jsonOf(() => draw());
    expect(JSON.parse(JSON.stringify(figure))).toEqual(figure);
    expect(jsonOf(() => draw())).toEqual(figure);
  });
  it("keeps six digits of a number and writes typed arrays as lists", () => {
    const { data } = jsonOf(() =>
      plot({ title: "t", caption: "", data: [curve(new Float32Array([1, 2]), [1 / 3, 1e-9 / 3], { name: "n" })] }),
    );
    expect([data[0].x, data[0].y]).toEqual([
      [1, 2],
      [0.333333, 3.33333e-10],
    ]);
  });
  it("says on hovering what the axes count, in their units", () => {
    expect(jsonOf(() => draw()).data[0].hovertemplate).toBe(
      "step = %{x:.4~g}<br>reward = %{y:.4~g}<extra>gold</extra>",
    );
  });
  it("refuses a figure without data", () => {
    expect(() => plot({ data: [], title: "Empty", caption: "" })).toThrow(/plot: "Empty" has no data/);
  });
});

describe("what the static picture cannot draw", () => {
  const pie = () => plot({ title: "Pie", caption: "", data: [{ type: "pie", values: [1, 2] }] });
  it("is refused in a test, by name", () => {
    expect(() => recordDisplay(pie)).toThrow(
      /the trace 1 is a "pie"; the static picture draws scatter, bar, histogram/,
    );
  });
  it("still shows in a notebook, without a picture", () => {
    resetPlotly();
    const [{ bundle }] = asKernel(pie);
    expect(bundle["image/svg+xml"]).toBeUndefined();
    expect(bundle["text/html"]).toContain('"pie"');
  });
});

describe("lines that differ", () => {
  const twoLines = (second: object) => [
    curve([0, 1], [0, 1], { name: "chosen", color: "#66A06C" }),
    curve([0, 1], [1, 0], { name: "other", color: "#A52604", ...second }),
  ];
  const symbolsOf = (data: Parameters<typeof plot>[0]["data"]) =>
    jsonOf(() => plot({ title: "t", caption: "", data })).data.map(
      ({ marker }) => (marker as { symbol?: string })?.symbol,
    );
  it("differ by a shape too", () => expect(symbolsOf(twoLines({}))).toEqual(["triangle-up", "triangle-down"]));
  it("keep their dashes instead of a shape", () =>
    expect(symbolsOf(twoLines({ dash: "dash" }))).toEqual(["triangle-up", undefined]));
  it("have none where there is only one", () => expect(symbolsOf([twoLines({})[0]])).toEqual([undefined]));
});

it("puts the texts of close points where they do not cover each other", () => {
  const trace = points([1, 1.01, 1.02, 3, 5], [1, 1.01, 1.02, 1.5, 2], {
    name: "runs",
    labels: ["first run", "second", "third", "far", "top"],
  });
  const { data } = jsonOf(() => plot({ title: "t", caption: "", data: [{ ...trace, mode: "markers+text" }] }));
  const places = data[0].textposition as string[];
  expect(new Set(places.slice(0, 3)).size).toBe(3);
  expect(places.slice(3)).toEqual(["top center", "bottom center"]); // the last would stick out at the top
});

describe("the HTML of a figure", () => {
  it("is a labelled group with a caption, and an image with the words until a script draws", () => {
    const source = htmlOf(() => draw());
    expect(source).toContain('<figure role="group" aria-label="Reward"');
    expect(source).toContain("<figcaption>It rises.</figcaption>");
    expect(source).toContain(`<div role="img" aria-label="${alternative}"`);
    expect(source).toContain(`<img alt="${alternative}" src="data:image/svg+xml;charset=utf-8,`);
  });
  it("carries the picture whole: the address decodes to the SVG without its caption", () => {
    const address =
      /src="data:image\/svg\+xml;charset=utf-8,([^"]*)"/.exec(htmlOf(() => draw("90 % & more #1")))?.[1] ?? "";
    const svg = decodeURIComponent(address);
    expect(svg).toMatch(/^<svg xmlns='http:\/\/www.w3.org\/2000\/svg'[\s\S]*<\/svg>$/);
    expect(svg).toContain("90 % &amp; more #1");
    expect(svg).not.toContain(">It rises.</text>");
  });
  it("keeps a hostile title inside its elements", () => {
    const source = htmlOf(() => draw("</script><b>"));
    expect(source.match(/<\/script>/g)).toHaveLength(2); // the figure's JSON and the script that draws it
    expect(source).not.toContain("<b>");
    expect(jsonOf(() => draw("</script><b>")).layout.title).toMatchObject({ text: "&lt;/script>&lt;b>" });
  });
  it("has the library with the first figure only, and again when that figure is redrawn", () => {
    resetPlotly();
    const sizes = ["Reward", "Loss", "Reward"].map((title) => {
      const [{ bundle }] = asKernel(() => draw(title));
      return String(bundle["text/html"]).length;
    });
    expect(sizes[0]).toBeGreaterThan(1e6);
    expect(sizes[1]).toBeLessThan(3e4);
    expect(sizes[2]).toBeGreaterThan(1e6);
  });
  it("has the library as a script a browser can parse, whatever module loader the page has", () => {
    resetPlotly();
    const source = plotlyScript("first").replace(/^<script>|<\/script>$/g, "");
    expect(source).not.toMatch(/<\/script|<!--/i);
    expect(() => new Script(source)).not.toThrow();
  });
});

/** As much of a page as the figure's script touches. */
function page(
  source: string,
  theme: { body?: Record<string, string>; bodyClass?: string; rootClass?: string; prefersDark?: boolean } = {},
) {
  const json = /<script type="application\/json"[^>]*>([\s\S]*?)<\/script>/.exec(source)?.[1];
  const script = /<script>(\(function[\s\S]*?)<\/script>/.exec(source)?.[1] ?? "";
  const waiting: (() => void)[] = [];
  const observers: (() => void)[] = [];
  const box = { dataset: { figure: "f" } as Record<string, string>, textContent: "still", innerHTML: "<img>" };
  const element = (classes = "", dataset = {}) => ({
    dataset,
    className: classes,
    classList: { contains: (name: string) => classes.split(" ").includes(name) },
  });
  const document = {
    documentElement: element(theme.rootClass),
    body: element(theme.bodyClass, theme.body),
    getElementById: () => null,
    querySelector: () => ({ textContent: json }),
    querySelectorAll: () => [box],
  };
  const window: Record<string, unknown> = {
    matchMedia: () => ({ matches: theme.prefersDark ?? false, addEventListener: () => {} }),
  };
  class MutationObserver {
    constructor(callback: () => void) {
      observers.push(callback);
    }
    observe() {}
  }
  const context = { window, document, MutationObserver, setTimeout: (f: () => void) => waiting.push(f), JSON };
  const run = (code: string) => runInNewContext(code, context);
  const drawn: { kind: string; data: { y: unknown }[]; layout: { paper_bgcolor: string } }[] = [];
  const record = (kind: string) => (_box: unknown, data: { y: unknown }[], layout: { paper_bgcolor: string }) =>
    void drawn.push({ kind, data, layout });
  const arrive = () => {
    window.Plotly = { newPlot: record("new"), react: record("react") };
  };
  return { run: () => run(script), runMore: run, waiting, observers, box, drawn, arrive, document };
}

describe("the script of a figure", () => {
  it("keeps the picture until the library arrives, and draws once however often it runs", () => {
    const { run, waiting, box, drawn, arrive } = page(htmlOf(() => draw()));
    run();
    expect([drawn.length, waiting.length, box.textContent]).toEqual([0, 1, "still"]);
    arrive();
    waiting[0]();
    run();
    expect(drawn.map(({ kind }) => kind)).toEqual(["new"]);
    expect(box.textContent).toBe("");
  });
  it.each([
    ["a light page", {}, "#FFFFFF"],
    ["JupyterLab's dark theme", { body: { jpThemeLight: "false" } }, darkTheme.background],
    ["JupyterLab's light theme on a dark system", { body: { jpThemeLight: "true" }, prefersDark: true }, "#FFFFFF"],
    ["VS Code's dark theme", { bodyClass: "vscode-dark" }, darkTheme.background],
    ["a site's .dark class", { rootClass: "dark" }, darkTheme.background],
    ["a dark system", { prefersDark: true }, darkTheme.background],
  ])("fits %s", (_name, theme, background) => {
    const { run, drawn, arrive } = page(
      htmlOf(() => draw()),
      theme,
    );
    arrive();
    run();
    expect(drawn[0].layout.paper_bgcolor).toBe(background);
  });
  it("makes of a figure in dark what the library's own function makes", () => {
    const figure = jsonOf(() => draw());
    const { run, drawn, arrive } = page(
      htmlOf(() => draw()),
      { prefersDark: true },
    );
    arrive();
    run();
    expect(JSON.parse(JSON.stringify(drawn[0].layout))).toEqual(inDark(figure.layout));
    expect(JSON.parse(JSON.stringify(drawn[0].data))).toEqual(inDark(figure.data));
  });
  it("draws anew when the page changes its theme, and not when something else changes", () => {
    const { run, drawn, arrive, observers, document } = page(htmlOf(() => draw()));
    arrive();
    run();
    observers[0]();
    expect(drawn).toHaveLength(1);
    document.documentElement.classList.contains = (name) => name === "dark";
    observers[0]();
    expect([drawn[1].kind, drawn[1].layout.paper_bgcolor]).toEqual(["react", darkTheme.background]);
  });
  it("takes other data in place", () => {
    const { run, runMore, drawn, arrive } = page(htmlOf(() => draw()));
    arrive();
    run();
    runMore(updateScript("f", '[{"y":[7]}]'));
    expect([drawn[1].kind, JSON.stringify(drawn[1].data)]).toEqual(["react", '[{"y":[7]}]']);
  });
});
