/** What a running cell shows, below it, as it comes: text grows, displays are updated in their place. */
import type { CellError, MimeBundle, RunReport } from "../../../live/protocol";
import { drawFigure, type PlotlyFigure } from "./figure";
import { safeHtml } from "./safeHtml";

const plotlyType = "application/vnd.plotly.v1+json";
/** A loop that prints for ever must not take the page with it. */
const longestStream = 200_000;

export function element(tag: string, className = "", text = ""): HTMLElement {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

const textOf = (value: unknown): string =>
  Array.isArray(value) ? value.join("") : typeof value === "string" ? value : "";

export class OutputArea {
  readonly root = element("div", "outputs live-outputs");
  private readonly places = new Map<string, HTMLElement>();
  private clearsNext = false;

  /** @param plotlyAddress of the site's plotting library */
  constructor(private readonly plotlyAddress: string) {
    this.root.hidden = true;
  }

  clear(): void {
    this.root.replaceChildren();
    this.root.hidden = true;
    this.places.clear();
    this.clearsNext = false;
  }

  show(report: RunReport): void {
    if (report.kind === "clear") {
      if (report.wait) this.clearsNext = true;
      else this.clear();
      return;
    }
    if (this.clearsNext) this.clear();
    this.root.hidden = false;
    if (report.kind === "stream") this.stream(report.name, report.text);
    if (report.kind === "result") void this.fill(this.add("value"), report.data, {});
    if (report.kind === "display") void this.fill(this.placeOf(report), report.data, report.metadata);
  }

  error({ name, message, code, line, trace }: CellError, isExpected: boolean): void {
    this.root.hidden = false;
    const box = element("div", `failure${isExpected ? " expected" : ""}`);
    const where = line === undefined ? "" : `, line ${line}`;
    box.append(element("span", "failure-label", isExpected ? "fails, as it should" : `error${where}`));
    const kind = code === undefined ? name : `${name} ${code}`;
    const calls = trace.length > 1 ? `\n${trace.map((place) => `  at ${place}`).join("\n")}` : "";
    box.append(element("pre", "error", `${kind}: ${message}${calls}`));
    this.add("failed").append(box);
  }

  private add(kind: string): HTMLElement {
    const place = element("div", `output ${kind}`);
    this.root.append(place);
    return place;
  }

  private stream(name: string, text: string): void {
    const last = this.root.lastElementChild?.querySelector<HTMLElement>(`:scope > pre.stream.${name}`);
    const pre = last ?? element("pre", `stream ${name}`);
    if (!last) this.add("text").append(pre);
    const length = pre.textContent?.length ?? 0;
    if (length > longestStream) return;
    pre.append(text);
    if (length + text.length > longestStream) pre.append("\n… more is not shown\n");
  }

  /** The display with this id, emptied, or a new one. */
  private placeOf({ displayId, update }: Extract<RunReport, { kind: "display" }>): HTMLElement {
    const known = displayId === undefined ? undefined : this.places.get(displayId);
    if (known && update) return known;
    const place = this.add("display");
    if (displayId !== undefined) this.places.set(displayId, place);
    return place;
  }

  private async fill(place: HTMLElement, data: MimeBundle, metadata: object): Promise<void> {
    const figure = figureIn(data);
    const made = figure ? element("figure", "plot live-plot") : await contentOf(data);
    place.replaceChildren(made);
    if (!figure) return;
    const { words, caption } = wordsOf(data, metadata);
    const canvas = element("div", "plot-canvas");
    made.append(canvas);
    if (caption) made.append(element("figcaption", "", caption));
    await drawFigure(canvas, figure, words, this.plotlyAddress);
  }
}

/** A figure by its own type, or inside the HTML of a library that sends no other. */
function figureIn(data: MimeBundle): PlotlyFigure | undefined {
  if (data[plotlyType]) return data[plotlyType] as PlotlyFigure;
  const source = /<script type="application\/json" class="plotly-figure"[^>]*>([\s\S]*?)<\/script>/.exec(
    textOf(data["text/html"]),
  );
  return source ? (JSON.parse(source[1]) as PlotlyFigure) : undefined;
}

function wordsOf(data: MimeBundle, metadata: object): { words: string; caption: string } {
  const given = (metadata as { alignment?: { figure?: { alt?: string; caption?: string } } }).alignment?.figure;
  const html = textOf(data["text/html"]);
  const written = /<figcaption>([\s\S]*?)<\/figcaption>/.exec(html)?.[1];
  const caption = given?.caption ?? (written ? (safeHtml(written).textContent ?? "") : "");
  return { words: given?.alt ?? textOf(data["text/plain"]).replace(/^\[figure\]\s*/, ""), caption };
}

async function contentOf(data: MimeBundle): Promise<HTMLElement> {
  const html = textOf(data["text/html"]);
  if (html) return rich(html);
  const latex = textOf(data["text/latex"]);
  const markdown = textOf(data["text/markdown"]) || (latex && `$$\n${latex.replace(/^\$+|\$+$/g, "")}\n$$`);
  if (markdown) return rich((await import("./prose")).renderProse(markdown), "rich prose-output");
  const svg = textOf(data["image/svg+xml"]);
  const image = svg ? `image/svg+xml;utf8,${encodeURIComponent(svg)}` : "";
  const png = textOf(data["image/png"]);
  if (image || png) {
    const shown = document.createElement("img");
    shown.alt = textOf(data["text/plain"]) || "an image without a description";
    shown.src = image ? `data:${image}` : `data:image/png;base64,${png}`;
    return shown;
  }
  return element("pre", "value", textOf(data["text/plain"]) || JSON.stringify(data["application/json"] ?? data));
}

function rich(html: string, className = "rich"): HTMLElement {
  const box = element("div", className);
  box.append(safeHtml(html));
  return box;
}
