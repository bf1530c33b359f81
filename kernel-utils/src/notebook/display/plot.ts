import { createHash } from "node:crypto";
import { CourseError } from "../../errors";
import { describeFigure } from "./describeFigure";
import { escapeHtml, jsonForScript } from "./escape";
import { displayHost } from "./host";
import { plotlyScript } from "./plotly";
import { html } from "./text";
import type { Trace } from "./traces";

export interface Figure {
  /** Traces, or lists of them as `curve` returns. */
  data: readonly (Trace | readonly Trace[])[];
  title: string;
  /** One sentence under the figure: what to see in it. */
  caption: string;
  /** The figure in words, for who cannot see it. Default: title, caption and the range of every trace. */
  alt?: string;
  xLabel?: string;
  yLabel?: string;
  /** Pixels. Default 380. */
  height?: number;
  /** Any plotly layout attribute; wins over the defaults. */
  layout?: Record<string, unknown>;
}

let drawn = 0;

/** Shows a plotly figure with its caption and a text alternative; works offline and in a saved notebook. */
export function plot(figure: Figure): void {
  const data = figure.data.flat();
  if (data.length === 0) {
    throw new CourseError("usage", `plot: "${figure.title}" has no data; pass at least one trace, e.g. curve(x, y, …)`);
  }
  const alt = figure.alt ?? describeFigure(figure.title, figure.caption, data);
  const json = jsonForScript({ data, layout: layoutOf(figure) });
  // A recorder shows nothing, so it is spared the five megabytes.
  const library = displayHost().kind === "kernel" ? plotlyScript(figure.title) : "";
  html(library + figureHtml(json, alt, figure), { text: `[figure] ${alt}` });
}

function layoutOf({ title, xLabel = "", yLabel = "", height = 380, layout = {} }: Figure): Record<string, unknown> {
  // 10⁻³ and 10⁻⁶ on a logarithmic axis; plotly would write 0.001 and 1μ.
  const axis = { exponentformat: "power", gridcolor: "#E5E5E5", zerolinecolor: "#BBBBBB", automargin: true };
  const axes: Record<string, unknown> = {
    xaxis: { ...axis, title: { text: xLabel } },
    yaxis: { ...axis, title: { text: yLabel } },
  };
  for (const name of Object.keys(layout).filter((key) => /^[xy]axis\d*$/.test(key))) {
    axes[name] = { ...axis, ...(axes[name] as object | undefined), ...(layout[name] as object) };
  }
  return {
    ...{ title: { text: title }, height, autosize: true, hovermode: "closest" },
    ...{ paper_bgcolor: "white", plot_bgcolor: "white", font: { family: "sans-serif", size: 13, color: "#222222" } },
    ...{ margin: { t: 70, r: 20, b: 50, l: 60 }, legend: { orientation: "h", y: -0.3 } },
    ...layout,
    ...axes,
  };
}

function figureHtml(json: string, alt: string, { caption, height = 380, layout }: Figure): string {
  const id = `figure-${createHash("sha256").update(`${drawn++} ${json}`).digest("hex").slice(0, 12)}`;
  const pixels = typeof layout?.height === "number" ? layout.height : height;
  return [
    `<figure role="group" aria-label="${escapeHtml(alt)}" class="course-figure" style="margin:0">`,
    `<div data-figure="${id}" style="min-height:${pixels}px"><p>${escapeHtml(alt)}</p></div>`,
    `<figcaption>${escapeHtml(caption)}</figcaption>`,
    `<script type="application/json" class="plotly-figure" data-for="${id}">${json}</script>`,
    `<script>${drawScript(id)}</script>`,
    "</figure>",
  ].join("\n");
}

/** Draws as soon as the library and the box are there; front ends run an output's scripts in any order. */
const drawScript = (id: string): string => `(function () {
  var left = 6000;
  function draw() {
    var source = document.querySelector('script[data-for="${id}"]');
    var boxes = document.querySelectorAll('div[data-figure="${id}"]');
    if (!window.Plotly || !source || boxes.length === 0) { if (left-- > 0) setTimeout(draw, 100); return; }
    boxes.forEach(function (box) {
      if (box.dataset.drawn) return;
      box.dataset.drawn = "yes";
      box.textContent = "";
      var figure = JSON.parse(source.textContent);
      window.Plotly.newPlot(box, figure.data, figure.layout, { responsive: true, displaylogo: false });
    });
  }
  draw();
})();`;
