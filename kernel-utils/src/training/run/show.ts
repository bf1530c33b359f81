/** How a run shows itself: each metric from its first step to its last. No times: they differ from machine to machine. */

import { formatValue } from "../../notebook/display/formatValue";
import type { MimeBundle } from "../../notebook/display/host";
import { counted } from "../../notebook/display/rich/counted";
import { type Cell, tableBundle } from "../../notebook/display/rich/htmlTable";
import { sparkline } from "../../notebook/display/rich/sparkline";
import type { RunRecord } from "./trainingRun";

type ShownRun = Pick<RunRecord, "method" | "seed" | "steps" | "metrics" | "evaluations" | "warnings">;

export const runBrief = ({ method, steps, seed }: ShownRun): string =>
  `${method}: ${counted(steps, "step")}, seed ${seed}`;

export function runBundle(run: ShownRun): MimeBundle {
  const evaluations = run.evaluations.map(({ step, metrics }) => ({ step, metrics }));
  const rows = [
    ...metricRows(run.metrics.map((metrics, index) => ({ step: index + 1, metrics }))),
    ...metricRows(evaluations, "evaluation/"),
  ];
  return metricsTable(
    runBrief(run),
    rows,
    run.warnings.map((warning) => `Warning: ${warning}`),
  );
}

/** A list of what each step gave, as `run.metrics` is. */
export const metricsBundle = (metrics: readonly Record<string, number>[]): MimeBundle =>
  metricsTable(
    `Metrics of ${counted(metrics.length, "step")}`,
    metricRows(metrics.map((row, index) => ({ step: index + 1, metrics: row }))),
  );

const columns = ["metric", "first", "last", "lowest", "at step", "highest", "at step", "course"];
const numeric = columns.map((_, column) => column > 0 && column < columns.length - 1);

const metricsTable = (caption: string, rows: Cell[][], notes: readonly string[] = []): MimeBundle =>
  tableBundle({ caption, columns, rows, numeric, hasRowHeadings: true, notes });

interface Point {
  step: number;
  value: number;
}

function metricRows(lines: readonly { step: number; metrics: Record<string, number> }[], prefix = ""): Cell[][] {
  const names = [...new Set(lines.flatMap(({ metrics }) => Object.keys(metrics)))];
  return names.map((name) => {
    const series = lines.flatMap(({ step, metrics }) => (name in metrics ? [{ step, value: metrics[name] }] : []));
    return metricRow(prefix + name, series);
  });
}

function metricRow(name: string, series: readonly Point[]): Cell[] {
  const finite = series.filter(({ value }) => Number.isFinite(value));
  const best = (isBetter: (a: number, b: number) => boolean): Point | undefined =>
    finite.length > 0 ? finite.reduce((a, b) => (isBetter(b.value, a.value) ? b : a)) : undefined;
  const [lowest, highest] = [best((a, b) => a < b), best((a, b) => a > b)];
  const texts = [
    series[0].value,
    series[series.length - 1].value,
    lowest?.value,
    lowest?.step,
    highest?.value,
    highest?.step,
  ];
  const values = series.map(({ value }) => value);
  return [name, ...texts.map((value) => formatValue(value)), sparkline(values, name)];
}
