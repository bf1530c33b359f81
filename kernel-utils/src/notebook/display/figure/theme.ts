import { type ColorName, darkPalette, palette } from "../colors";

/** What every figure has besides its data. */
export interface Theme {
  background: string;
  text: string;
  /** Captions and tick labels. */
  quietText: string;
  grid: string;
  axis: string;
}

export const lightTheme: Theme = {
  background: "#FFFFFF",
  text: "#1A1A1A",
  quietText: "#4A4A4A",
  grid: "#E6E6E6",
  axis: "#8A8A8A",
};

export const darkTheme: Theme = {
  background: "#16181D",
  text: "#F2F2F2",
  quietText: "#C4C7CC",
  grid: "#32363E",
  axis: "#7E838C",
};

const channels = (color: string): string =>
  [1, 3, 5].map((start) => Number.parseInt(color.slice(start, start + 2), 16)).join(",");

/**
 * What becomes of a colour on a dark background, by its light form; bands are found by their `r,g,b`. Colours that are
 * not the course's stay as they are. Text and the palette's black are the same shade on purpose.
 */
export const darkColors: Record<string, string> = Object.fromEntries([
  ...(Object.keys(lightTheme) as (keyof Theme)[]).map((part) => [lightTheme[part], darkTheme[part]]),
  ...(Object.keys(palette) as ColorName[]).flatMap((name) => [
    [palette[name], darkPalette[name]],
    [channels(palette[name]), channels(darkPalette[name])],
  ]),
]);

/** The same figure (or any part of it) for a dark background; a pure function of plain JSON. */
export function inDark<T>(part: T): T {
  if (typeof part === "string") return darkColor(part) as T;
  if (Array.isArray(part)) return part.map(inDark) as T;
  if (typeof part !== "object" || part === null) return part;
  return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, inDark(value)])) as T;
}

function darkColor(text: string): string {
  const band = /^rgba\((\d+,\d+,\d+),([\d.]+)\)$/.exec(text);
  return band ? `rgba(${darkColors[band[1]] ?? band[1]},${band[2]})` : (darkColors[text] ?? text);
}
