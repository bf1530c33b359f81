import { CourseError } from "../../../errors";
import type { AxisAttributes, DrawnLayout, DrawnTrace } from "./model";

/** A trace with the colour it is drawn in. */
export interface ColoredTrace {
  trace: DrawnTrace;
  color: string;
}

/** One pair of axes and what is drawn in it. */
export interface Panel {
  /** "" for `xaxis` and `yaxis`, "2" for `xaxis2` and `yaxis2`. */
  suffix: string;
  row: number;
  column: number;
  traces: ColoredTrace[];
  xAttributes: AxisAttributes;
  yAttributes: AxisAttributes;
}

const fallbackColor = "#364FC0";

/** Sorts the traces into their panels, in the order of the axes' numbers. */
export function panelsOf(traces: readonly DrawnTrace[], layout: DrawnLayout): Panel[] {
  const bySuffix = new Map<string, ColoredTrace[]>();
  traces.forEach((trace, index) => {
    const suffix = suffixOf(trace);
    const members = bySuffix.get(suffix) ?? [];
    members.push({ trace, color: colorOf(trace, index, layout.colorway) });
    bySuffix.set(suffix, members);
  });
  const columns = layout.grid?.columns ?? 1;
  const rows = layout.grid?.rows ?? 1;
  return [...bySuffix]
    .sort(([a], [b]) => placeOf(a) - placeOf(b))
    .map(([suffix, members]) => {
      const place = placeOf(suffix);
      if (place >= rows * columns) {
        const cells = `${rows} × ${columns}`;
        throw new CourseError("bad-value", `figure: axes x${suffix}, y${suffix} have no place in a grid of ${cells}`);
      }
      return {
        ...{ suffix, row: Math.floor(place / columns), column: place % columns, traces: members },
        xAttributes: layout.axes[`xaxis${suffix}`] ?? {},
        yAttributes: layout.axes[`yaxis${suffix}`] ?? {},
      };
    });
}

const placeOf = (suffix: string): number => (suffix === "" ? 0 : Number(suffix) - 1);

function suffixOf({ xaxis = "x", yaxis = "y", name = "" }: DrawnTrace): string {
  const [xSuffix, ySuffix] = [xaxis.replace(/^x/, ""), yaxis.replace(/^y/, "")];
  if (xSuffix === ySuffix) return xSuffix;
  const where = `figure: the trace ${JSON.stringify(name)} is on axes ${xaxis} and ${yaxis}`;
  throw new CourseError("bad-value", `${where}; the static picture pairs x2 with y2 and so on`);
}

function colorOf(trace: DrawnTrace, index: number, colorway: string[] = [fallbackColor]): string {
  const line = trace.type === "scatter" ? trace.line?.color : undefined;
  const marker = trace.marker?.color;
  return line ?? (Array.isArray(marker) ? marker[0] : marker) ?? colorway[index % colorway.length];
}
