import { CourseError } from "../../errors";
import { series as seriesColors } from "./colors";
import { escapeHtml, jsonForScript } from "./escape";
import { updateScript } from "./figure/browserScript";
import { figureBundle } from "./figure/figureBundle";
import { nameOf } from "./figure/figureHtml";
import { type Figure, figureJson } from "./figure/figureJson";
import { formatValue } from "./formatValue";
import { displayHost } from "./host";
import { smallMultiples } from "./smallMultiples";
import { type CurveOptions, curve } from "./traces";

/** How one metric is drawn. */
export interface LiveSeries extends Partial<Pick<CurveOptions, "name" | "color" | "dash">> {
  /** The title of the panel it is drawn in; default: all series in one panel. */
  panel?: string;
}

export interface LiveChartOptions extends Pick<Figure, "title" | "caption" | "yLabel" | "height" | "alt"> {
  /** Default `step`. */
  xLabel?: string;
  /** By the name of the metric, as the trainer reports it. */
  series: Readonly<Record<string, LiveSeries>>;
}

/** What a trainer reports after a step. */
interface Report {
  step: number;
  metrics: Readonly<Record<string, number>>;
}

export interface LiveChart {
  /** Values at one step, by metric; metrics without a series are left out. Fast: drawn four times a second at most. */
  add(step: number, values: Readonly<Record<string, number>>): void;
  /** The same as a trainer's callback: `run({ onStep: chart.onStep })`. */
  onStep: (report: Report) => void;
  /** Leaves the finished figure in place of the moving one. */
  finish(): void;
  /** `await chart.follow((onStep) => trainer.run({ onStep }))`: draws while it runs, finishes when it ends, however it ends. */
  follow<T>(train: (onStep: LiveChart["onStep"]) => Promise<T>): Promise<T>;
}

const between = 250; // milliseconds: as fast as anyone reads
const mostPoints = 300; // of a series while it moves; the finished figure has all
let charts = 0;

/**
 * A chart that grows while a model trains. The figure is shown once; then small messages in a line of text under it carry
 * the data to the figure on the page, so nothing flickers. Where outputs cannot be updated, and in tests, it is one
 * figure at the end. What stays is an ordinary figure, and says nothing of time.
 */
export function liveChart(options: LiveChartOptions): LiveChart {
  const id = `live-${nameOf(`${charts++} ${options.title}`)}`;
  const columns = new Map(
    Object.keys(options.series).map((key) => [key, { steps: [] as number[], values: [] as number[] }]),
  );
  if (columns.size === 0) {
    throw new CourseError("usage", `liveChart: "${options.title}" has no series; name one, e.g. series: { loss: {} }`);
  }
  const areas = { figure: { id, update: false }, line: { id: `${id}-line`, update: false } };
  let drawn = Number.NEGATIVE_INFINITY;
  let [isShown, isFinished] = [false, false];

  const hasData = () => [...columns.values()].some(({ steps }) => steps.length > 0);
  const publishFigure = () => {
    const { bundle, metadata } = figureBundle(figureOf(options, columns, Number.POSITIVE_INFINITY), id);
    displayHost().publish(bundle, { ...areas.figure }, metadata);
    areas.figure.update = true;
  };
  const publishLine = (text: string, script = "") => {
    const html = script ? { "text/html": `<p>${escapeHtml(text)}</p><script>${script}</script>` } : {};
    displayHost().publish({ ...html, "text/plain": text }, { ...areas.line });
    areas.line.update = true;
  };
  const draw = () => {
    const host = displayHost();
    if (host.kind !== "kernel" || host.canUpdate === false || Date.now() - drawn < between) return;
    drawn = Date.now();
    if (!isShown) publishFigure();
    isShown = true;
    const { data } = figureJson(figureOf(options, columns, mostPoints));
    publishLine(stateOf(options, columns), updateScript(id, jsonForScript(data)));
  };

  const chart: LiveChart = {
    add(step, values) {
      if (isFinished)
        throw new CourseError("usage", `liveChart: "${options.title}" is finished; make another for more`);
      let found = false;
      for (const [key, column] of columns) {
        if (values[key] === undefined) continue;
        found = true;
        column.steps.push(step);
        column.values.push(values[key]);
      }
      if (!found && !hasData()) throw unknownMetrics(options, values);
      draw();
    },
    onStep: ({ step, metrics }) => chart.add(step, metrics),
    finish() {
      if (isFinished) return;
      if (!hasData())
        throw new CourseError("usage", `liveChart: "${options.title}" has no values; add(step, …) comes first`);
      isFinished = true;
      publishFigure();
      if (isShown) publishLine(stateOf(options, columns));
    },
    async follow(train) {
      try {
        return await train(chart.onStep);
      } finally {
        if (hasData()) chart.finish();
      }
    },
  };
  return chart;
}

type Columns = ReadonlyMap<string, { steps: readonly number[]; values: readonly number[] }>;

function figureOf(options: LiveChartOptions, columns: Columns, most: number): Figure {
  const { series, xLabel = "step", yLabel, ...rest } = options;
  const curves = Object.entries(series).map(([key, { panel = "", name = key, color, dash }], index) => {
    const { steps = [], values = [] } = columns.get(key) ?? {};
    const every = Math.ceil(steps.length / most) || 1;
    const isKept = (_: number, place: number) => place % every === 0 || place === steps.length - 1;
    const style = { name, color: color ?? seriesColors[index % seriesColors.length], dash };
    return { panel, traces: curve(steps.filter(isKept), values.filter(isKept), style) };
  });
  const titles = [...new Set(curves.map(({ panel }) => panel))];
  if (titles.length === 1 && titles[0] === "") {
    return { ...rest, xLabel, yLabel, data: curves.map(({ traces }) => traces) };
  }
  const panels = titles.map((title, index) => ({
    ...{ title, xLabel, yLabel: index === 0 ? yLabel : undefined },
    data: curves.filter(({ panel }) => panel === title).map(({ traces }) => traces),
  }));
  const { data, layout } = smallMultiples(panels);
  const isNamedByPanel = curves.length === titles.length;
  return { ...rest, data, layout: { ...layout, ...(isNamedByPanel ? { showlegend: false } : {}) } };
}

/** The newest values in words. */
function stateOf({ series, xLabel = "step" }: LiveChartOptions, columns: Columns): string {
  const newest = [...columns].flatMap(([key, { values }]) =>
    values.length === 0 ? [] : [`${series[key].name ?? key} ${formatValue(values[values.length - 1])}`],
  );
  const step = Math.max(...[...columns.values()].flatMap(({ steps }) => steps.slice(-1)));
  return [`${xLabel} ${formatValue(step)}`, ...newest].join(" · ");
}

const unknownMetrics = ({ title, series }: LiveChartOptions, values: Readonly<Record<string, number>>): CourseError =>
  new CourseError(
    "bad-value",
    `liveChart: "${title}" draws ${Object.keys(series).join(", ")}; the step has ${Object.keys(values).join(", ")}`,
  );
