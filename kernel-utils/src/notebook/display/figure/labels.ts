import { textWidth, wrapText } from "./textWidth";

export const tickSize = 12;
const lineHeight = 14;
const tilt = 35; // degrees, where labels do not fit side by side
const mostLines = 3;

/** How the labels under a horizontal axis stand: each on its lines, or all on the slant. */
export interface LabelBlock {
  lines: string[][];
  /** Of the letters, in pixels. */
  size: number;
  /** Degrees, 0 for upright. */
  angle: number;
  height: number;
}

/** @param room pixels from one label to the next */
export function labelBlock(labels: readonly string[], room: number): LabelBlock {
  for (const size of [tickSize, tickSize - 1, tickSize - 2]) {
    const lines = labels.map((label) => wrapText(label, room - 4, size));
    if (lines.every((parts) => parts.length <= mostLines && parts.every((part) => textWidth(part, size) <= room - 4))) {
      return { lines, size, angle: 0, height: lineHeight * Math.max(1, ...lines.map((parts) => parts.length)) };
    }
  }
  const longest = Math.max(...labels.map((label) => textWidth(label, tickSize)));
  const height = longest * Math.sin((tilt * Math.PI) / 180) + lineHeight;
  return { lines: labels.map((label) => [label]), size: tickSize, angle: tilt, height };
}
