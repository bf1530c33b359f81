/**
 * One colour a thing, in every figure of the course. Okabe and Ito's eight colours, which readers with any common
 * colour vision tell apart (jfly.uni-koeln.de/color), and two greys for what serves as background.
 */
export const palette = {
  black: "#000000",
  orange: "#E69F00",
  sky: "#56B4E9",
  green: "#009E73",
  yellow: "#F0E442",
  blue: "#0072B2",
  vermilion: "#D55E00",
  purple: "#CC79A7",
  grey: "#767676",
  lightGrey: "#BBBBBB",
} as const;

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

/** `#RRGGBB` with an opacity, for bands. */
export function translucent(color: string, opacity: number): string {
  const channel = (start: number) => Number.parseInt(color.slice(start, start + 2), 16);
  return `rgba(${channel(1)},${channel(3)},${channel(5)},${opacity})`;
}
