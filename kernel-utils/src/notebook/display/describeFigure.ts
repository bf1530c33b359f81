import { formatValue } from "./formatValue";
import type { Trace } from "./traces";

/** A figure in words: title, caption, and for each named trace where it starts, ends and how far it reaches. */
export function describeFigure(title: string, caption: string, data: readonly Trace[]): string {
  const shown = data.filter((trace) => trace.name && trace.showlegend !== false);
  const sentences = shown.map((trace) => `${trace.name}: ${describeTrace(trace)}`);
  return [`${title}.`, caption, ...sentences.map((sentence) => `${sentence}.`)].join(" ").trim();
}

function describeTrace(trace: Trace): string {
  const source = (trace.y ?? trace.x ?? []) as ArrayLike<unknown>;
  const values = Array.from(source).filter((value): value is number => Number.isFinite(value));
  if (values.length === 0) return "no finite values";
  const [first, last] = [values[0], values[values.length - 1]].map((value) => formatValue(value, 3));
  const [least, most] = [Math.min(...values), Math.max(...values)].map((value) => formatValue(value, 3));
  const counted = `${values.length} ${values.length === 1 ? "value" : "values"} between ${least} and ${most}`;
  return trace.type === "scatter" && trace.mode !== "markers" ? `from ${first} to ${last}, ${counted}` : counted;
}
