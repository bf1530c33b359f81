/**
 * One colour a thing, in every figure of the course: a name here, a shade for light backgrounds and one for dark ones.
 * Both were searched for under three conditions that tests/notebook-display/colors.test.ts measures: contrast of at
 * least 3:1 with their background, and for any two a distance in CIELAB that every common colour vision can see.
 * The hues are those of Okabe and Ito (jfly.uni-koeln.de/color).
 */
export const palette = {
  black: "#1A1A1A",
  orange: "#D2790F",
  sky: "#2099D8",
  green: "#66A06C",
  yellow: "#98853F",
  blue: "#364FC0",
  vermilion: "#A52604",
  purple: "#9F5394",
  grey: "#606060",
  lightGrey: "#8C9091",
} as const;

export type ColorName = keyof typeof palette;

/** The same names on a dark background. */
export const darkPalette: Record<ColorName, string> = {
  black: "#F2F2F2",
  orange: "#E8A20C",
  sky: "#ADD6FF",
  green: "#62DD97",
  yellow: "#FFE11A",
  blue: "#4287F5",
  vermilion: "#DC553C",
  purple: "#C870CB",
  grey: "#827F80",
  lightGrey: "#B8B4B5",
};

/** The role a curve plays, and the colour it therefore has. */
export const colors = {
  policy: palette.blue,
  reference: palette.grey,
  reward: palette.orange,
  kl: palette.purple,
  loss: palette.black,
  chosen: palette.green,
  rejected: palette.vermilion,
  base: palette.lightGrey,
  sft: palette.sky,
  rewardModel: palette.yellow,
  ppo: palette.vermilion,
  dpo: palette.blue,
  ipo: palette.green,
  kto: palette.purple,
  orpo: palette.orange,
} as const;

/** Colours in order, for things without a role (values of β, seeds). */
export const series: readonly string[] = [
  ...[palette.blue, palette.orange, palette.green, palette.vermilion],
  ...[palette.sky, palette.purple, palette.black, palette.yellow],
];

/**
 * The shape that goes with a colour, so that no two curves differ by colour alone. Black and the greys have none: they
 * are for what is compared with (a loss, a bound, a reference), mostly one plain and one dashed line.
 */
export const symbols: Record<string, string | undefined> = {
  [palette.blue]: "circle",
  [palette.orange]: "square",
  [palette.green]: "triangle-up",
  [palette.vermilion]: "triangle-down",
  [palette.purple]: "diamond",
  [palette.sky]: "cross",
  [palette.yellow]: "x",
};

/** `#RRGGBB` with an opacity, for bands. */
export function translucent(color: string, opacity: number): string {
  const channel = (start: number) => Number.parseInt(color.slice(start, start + 2), 16);
  return `rgba(${channel(1)},${channel(3)},${channel(5)},${opacity})`;
}
