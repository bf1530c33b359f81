/** The palette, measured: contrast with its background, and distances as each common colour vision sees them. */
import { colors, darkPalette, palette } from "../../kernel-utils/src/notebook/display/colors";
import { darkTheme, inDark, lightTheme } from "../../kernel-utils/src/notebook/display/figure/theme";

type Triple = [number, number, number];

/** Machado, Oliveira and Fernandes 2009, severity 1, on linear RGB. */
const visions: Record<string, Triple[]> = {
  common: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

const times = (matrix: Triple[], vector: Triple): Triple =>
  matrix.map((row) => row.reduce((sum, factor, i) => sum + factor * vector[i], 0)) as Triple;

/** sRGB to linear light, IEC 61966-2-1. */
const linear = (color: string): Triple =>
  [1, 3, 5].map((start) => {
    const share = Number.parseInt(color.slice(start, start + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as Triple;

const toXyz: Triple[] = [
  [0.4124564, 0.3575761, 0.1804375],
  [0.2126729, 0.7151522, 0.072175],
  [0.0193339, 0.119192, 0.9503041],
];
const white = times(toXyz, [1, 1, 1]);

/** CIELAB, CIE 15, white D65. */
function lab(light: Triple): Triple {
  const [x, y, z] = times(toXyz, light).map((value, i) => {
    const t = value / white[i];
    return t > 216 / 24389 ? Math.cbrt(t) : ((24389 / 27) * t + 16) / 116;
  });
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

/** Distance of two colours to an eye, ΔE*ab; 2.3 is just noticeable side by side. */
function distance(a: string, b: string, vision: string): number {
  const [left, right] = [a, b].map((color) =>
    lab(times(visions[vision], linear(color)).map((v) => Math.min(1, Math.max(0, v))) as Triple),
  );
  return Math.hypot(...left.map((value, i) => value - right[i]));
}

/** WCAG 2.2, 1.4.11. */
function contrast(a: string, b: string): number {
  const [low, high] = [a, b].map((color) => times(toXyz, linear(color))[1] + 0.05).sort((x, y) => x - y);
  return high / low;
}

it("measures what is known: black on white 21 to 1, and red and green close to who cannot tell them apart", () => {
  expect(contrast("#000000", "#FFFFFF")).toBeCloseTo(21, 5);
  expect(distance("#FFFFFF", "#000000", "common")).toBeCloseTo(100, 4);
  expect(distance("#A00000", "#407000", "common")).toBeGreaterThan(60);
  expect(distance("#A00000", "#407000", "deuteranopia")).toBeLessThan(30);
});

describe.each([
  ["light", palette, lightTheme.background],
  ["dark", darkPalette, darkTheme.background],
] as const)("the %s palette", (_name, shades, background) => {
  it.each(Object.entries(shades))("has %s at 3 to 1 with its background", (_color, shade) =>
    expect(contrast(shade, background)).toBeGreaterThanOrEqual(3),
  );

  it.each(Object.keys(visions))("keeps any two colours apart under %s", (vision) => {
    const entries = Object.entries(shades);
    const close = entries.flatMap(([a, first], i) =>
      entries.slice(i + 1).flatMap(([b, second]) => (distance(first, second, vision) < 15 ? [`${a} and ${b}`] : [])),
    );
    expect(close).toEqual([]);
  });

  it.each(Object.keys(visions))("keeps the course's five roles far apart under %s", (vision) => {
    const { policy, reference, reward, chosen, rejected } = colors;
    const roles = [policy, reference, reward, chosen, rejected].map((color) =>
      shades === palette ? color : inDark(color),
    );
    const least = Math.min(...roles.flatMap((a, i) => roles.slice(i + 1).map((b) => distance(a, b, vision))));
    expect(least).toBeGreaterThan(24);
  });
});

it("has text at 4.5 to 1 on both backgrounds", () => {
  for (const theme of [lightTheme, darkTheme]) {
    expect(contrast(theme.text, theme.background)).toBeGreaterThan(4.5);
    expect(contrast(theme.quietText, theme.background)).toBeGreaterThan(4.5);
  }
});

it("turns colours, bands and themes dark, and leaves words and strange colours alone", () => {
  const figure = {
    line: { color: palette.blue },
    fillcolor: "rgba(54,79,192,0.18)",
    name: "blue",
    color: "#123456",
    n: [1, null],
  };
  expect(inDark(figure)).toEqual({
    line: { color: darkPalette.blue },
    fillcolor: "rgba(66,135,245,0.18)",
    name: "blue",
    color: "#123456",
    n: [1, null],
  });
});
