/** Figures that cells draw: the plotting library of the site, loaded with the first. */
interface Plotly {
  newPlot(place: HTMLElement, data: object[], layout: object, config: object): Promise<unknown>;
}

export interface PlotlyFigure {
  data: object[];
  layout: Record<string, unknown>;
  config?: object;
}

type WithPlotly = Window & { Plotly?: Plotly };

let library: Promise<Plotly> | undefined;

function plotly(address: string): Promise<Plotly> {
  const known = (window as unknown as WithPlotly).Plotly;
  if (known) return Promise.resolve(known);
  library ??= new Promise<Plotly>((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = () => resolve((window as unknown as WithPlotly).Plotly!);
    script.onerror = () => reject(new Error(`${address} cannot be loaded`));
    document.head.append(script);
  });
  return library;
}

/** Ink and lines of the page, by day and by night. */
function themed(layout: Record<string, unknown>): Record<string, unknown> {
  const style = getComputedStyle(document.documentElement);
  const ink = style.getPropertyValue("--vp-c-text-1").trim() || "#222222";
  const line = style.getPropertyValue("--vp-c-divider").trim() || "#E5E5E5";
  const axes = Object.keys(layout).filter((key) => /^[xy]axis\d*$/.test(key));
  const coloured = axes.map((key) => [
    key,
    { ...(layout[key] as object), gridcolor: line, zerolinecolor: line, linecolor: line, color: ink },
  ]);
  return {
    ...layout,
    ...Object.fromEntries(coloured),
    font: { ...(layout.font as object | undefined), color: ink },
    ...{ paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", autosize: true, width: undefined },
  };
}

/** The words stay for those who hear the page, and for a page without the library. */
export async function drawFigure(
  place: HTMLElement,
  figure: PlotlyFigure,
  words: string,
  address: string,
): Promise<void> {
  const said = document.createElement("p");
  said.textContent = words;
  place.append(said);
  const box = document.createElement("div");
  box.style.minHeight = `${Number(figure.layout.height) || 380}px`;
  place.append(box);
  try {
    const api = await plotly(address);
    await api.newPlot(box, figure.data, themed(figure.layout), {
      responsive: true,
      displaylogo: false,
      ...figure.config,
    });
    // The words say what is to be seen; of the drawing, only its buttons are for those who hear the page.
    for (const drawing of box.querySelectorAll(".main-svg")) drawing.setAttribute("aria-hidden", "true");
    said.classList.add("visually-hidden");
  } catch (error) {
    box.remove();
    console.warn(`the figure stays in words: ${error instanceof Error ? error.message : error}`);
  }
}
