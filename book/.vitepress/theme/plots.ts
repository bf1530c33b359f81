/** Figures: the static image first; the interactive one in its place when a reader comes to it, drawn by a file of its own. */
import { withBase } from "vitepress";

interface Figure {
  data: object[];
  layout: Record<string, unknown>;
  config?: object;
}

interface Plotly {
  newPlot(place: HTMLElement, data: object[], layout: object, config: object): Promise<unknown>;
  relayout(place: HTMLElement, layout: object): Promise<unknown>;
  purge(place: HTMLElement): void;
  Plots: { resize(place: HTMLElement): void };
}

let library: Promise<Plotly> | undefined;

/** The plotting library, once, when the first figure needs it. */
function plotly(): Promise<Plotly> {
  library ??= new Promise<Plotly>((resolve, reject) => {
    const script = document.createElement("script");
    script.src = withBase("/plotly.min.js");
    script.onload = () => resolve((window as unknown as { Plotly: Plotly }).Plotly);
    script.onerror = () => reject(new Error(`${script.src} cannot be loaded`));
    document.head.append(script);
  });
  return library;
}

/** Ink and lines of the page, so that a figure belongs to it by day and by night. */
function colours(): Record<string, unknown> {
  const style = getComputedStyle(document.documentElement);
  const ink = style.getPropertyValue("--vp-c-text-1").trim();
  const lines = style.getPropertyValue("--vp-c-divider").trim();
  const axis = { gridcolor: lines, zerolinecolor: lines, linecolor: lines, color: ink };
  return { ink, axis };
}

/** @param layout the figure's own, whose axes may be many */
function themed(layout: Record<string, unknown>): Record<string, unknown> {
  const { ink, axis } = colours();
  const axes = Object.fromEntries(
    Object.entries(layout)
      .filter(([key]) => /^[xy]axis\d*$/.test(key))
      .map(([key, value]) => [key, { ...(value as object), ...(axis as object) }]),
  );
  return {
    ...layout,
    ...axes,
    font: { ...((layout.font as object) ?? {}), color: ink },
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    autosize: true,
    width: undefined,
  };
}

async function draw(figure: HTMLElement): Promise<void> {
  const canvas = figure.querySelector<HTMLElement>(".plot-canvas");
  const address = figure.dataset.plot;
  if (!canvas || !address || figure.dataset.state) return;
  figure.dataset.state = "loading";
  try {
    const response = await fetch(new URL(address, location.href));
    if (!response.ok) throw new Error(`${address}: ${response.status}`);
    const plot = (await response.json()) as Figure;
    const api = await plotly();
    if (!figure.isConnected) return;
    const still = canvas.firstElementChild as HTMLElement | null;
    const place = document.createElement("div");
    place.className = "plot-interactive";
    place.style.height = `${Number(plot.layout.height) || still?.clientHeight || 380}px`;
    canvas.append(place);
    // Where fingers point, the tools would stay over the title; zooming and legends need none.
    const tools = matchMedia("(hover: hover)").matches ? {} : { displayModeBar: false };
    const config = { responsive: true, displaylogo: false, ...plot.config, ...tools };
    await api.newPlot(place, structuredClone(plot.data), themed(plot.layout), config);
    // The image's description stays for those who hear the page; the drawing says nothing to them, its buttons do.
    for (const drawing of place.querySelectorAll("svg.main-svg")) drawing.setAttribute("aria-hidden", "true");
    still?.classList.add("visually-hidden");
    figure.dataset.state = "drawn";
  } catch (error) {
    figure.dataset.state = "still";
    console.warn(`the figure stays a picture: ${error instanceof Error ? error.message : error}`);
  }
}

/** Asks for less data, or has no observer: figures stay pictures until somebody clicks one. */
const isSparing = (): boolean =>
  (navigator as Navigator & { connection?: { saveData?: boolean } }).connection?.saveData === true;

export function drawPlots(page: HTMLElement): () => void {
  const figures = [...page.querySelectorAll<HTMLElement>("figure.plot[data-plot]")];
  const click = (event: Event): void => void draw(event.currentTarget as HTMLElement);
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        observer.unobserve(target);
        void draw(target as HTMLElement);
      }
    },
    { threshold: 0.35 },
  );
  for (const figure of figures) {
    figure.addEventListener("click", click, { once: true });
    if (!isSparing()) observer.observe(figure);
  }
  const theme = new MutationObserver(() => void recolour(figures));
  theme.observe(document.documentElement, { attributes: true, attributeFilter: ["class"] });
  return () => {
    observer.disconnect();
    theme.disconnect();
    for (const place of drawnIn(figures)) void plotly().then((api) => api.purge(place));
  };
}

const drawnIn = (figures: HTMLElement[]): HTMLElement[] =>
  figures.flatMap((figure) => [...figure.querySelectorAll<HTMLElement>(".plot-interactive")]);

async function recolour(figures: HTMLElement[]): Promise<void> {
  const places = drawnIn(figures);
  if (places.length === 0) return;
  const api = await plotly();
  for (const place of places) {
    const { layout } = place as HTMLElement & { layout?: Record<string, unknown> };
    const { ink, axis } = colours();
    const axes = Object.keys(layout ?? {}).filter((key) => /^[xy]axis\d*$/.test(key));
    const changes = axes.flatMap((key) =>
      Object.entries(axis as Record<string, string>).map(([name, value]) => [`${key}.${name}`, value]),
    );
    await api.relayout(place, { "font.color": ink, ...Object.fromEntries(changes) });
  }
}
