import { escapeHtml } from "../escape";

type Attributes = Record<string, string | number | undefined>;

/** One SVG element; `children` is markup already made. */
export function element(name: string, attributes: Attributes, children = ""): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escapeHtml(typeof value === "number" ? round(value) : String(value))}"`)
    .join("");
  return children ? `<${name}${written}>${children}</${name}>` : `<${name}${written}/>`;
}

/** A tenth of a pixel is as fine as a picture needs, and keeps it small. */
export const round = (value: number): string => String(Math.round(value * 10) / 10 || 0);

/** @param content as plotly takes it, where `&lt;` stands for a "<" that begins no markup */
export const textElement = (content: string, attributes: Attributes): string =>
  element("text", attributes, escapeHtml(content.replace(/&lt;/g, "<")));

/** Dashes of a line of this width, as plotly spaces them. */
export function dashArray(dash: string | undefined, width: number): string | undefined {
  const patterns: Record<string, number[]> = { dot: [1, 1.6], dash: [3.5, 2.5], dashdot: [3.5, 2, 1, 2] };
  return dash && patterns[dash]
    ? patterns[dash].map((part) => round(part * Math.max(width, 1.5))).join(" ")
    : undefined;
}
