/**
 * How wide a text is, without a browser: advances of DejaVu Sans, in thousandths of the font size, for the printable
 * ASCII characters. A picture asks for narrower fonts first and is turned into pixels with the condensed cut, a tenth
 * narrower; half of that tenth stays as a margin for readers who have neither.
 */
const advances = [
  ...[318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636, 636, 636, 636],
  ...[636, 636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632, 575, 775, 752, 295, 295, 656],
  ...[557, 863, 748, 787, 603, 787, 695, 635, 611, 732, 684, 989, 685, 611, 685, 390, 337, 390, 838, 500, 500, 613],
  ...[635, 550, 635, 615, 352, 635, 634, 278, 278, 579, 278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818],
  ...[592, 592, 525, 636, 337, 636, 838],
];
const firstCode = 32;
/** Greek letters and mathematical signs: about as wide as a digit or an operator. */
const otherAdvance = 640;
const boldFactor = 1.1;
const narrower = 0.95;

/** Width in pixels. */
export function textWidth(text: string, size: number, bold = false): number {
  const units = Array.from(text).reduce(
    (sum, letter) => sum + (advances[(letter.codePointAt(0) ?? 0) - firstCode] ?? otherAdvance),
    0,
  );
  return (units / 1000) * size * narrower * (bold ? boldFactor : 1);
}

/** Lines of at most `width` pixels, broken at spaces; a longer word stands on its own. */
export function wrapText(text: string, width: number, size: number, bold = false): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines[lines.length - 1];
    if (last !== undefined && textWidth(`${last} ${word}`, size, bold) <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
