/** Marker shapes as paths relative to their centre, of plotly's proportions. */

/** @param r half of the marker's size, in pixels */
type Outline = (r: number) => string;

const polygon =
  (corners: (r: number) => number[][]): Outline =>
  (r) => {
    const [first, ...rest] = corners(r);
    let [x, y] = first;
    const steps = rest.map(([nextX, nextY]) => {
      const step = `${short(nextX - x)},${short(nextY - y)}`;
      [x, y] = [nextX, nextY];
      return step;
    });
    return `m${short(first[0])},${short(first[1])}l${steps.join(" ")}z`;
  };

const short = (value: number): string => String(Math.round(value * 10) / 10);

const plus = (r: number): number[][] => {
  const [thin, long] = [0.4 * r, 1.2 * r];
  return [
    ...[
      [long, thin],
      [thin, thin],
      [thin, long],
      [-thin, long],
      [-thin, thin],
      [-long, thin],
    ],
    ...[
      [-long, -thin],
      [-thin, -thin],
      [-thin, -long],
      [thin, -long],
      [thin, -thin],
      [long, -thin],
    ],
  ];
};
const turned = ([x, y]: number[]): number[] => [(x - y) * Math.SQRT1_2, (x + y) * Math.SQRT1_2];

const outlines: Record<string, Outline> = {
  circle: (r) =>
    `m${short(-r)},0a${short(r)},${short(r)} 0 1,0 ${short(2 * r)},0a${short(r)},${short(r)} 0 1,0 ${short(-2 * r)},0z`,
  square: polygon((r) => [
    [-r, -r],
    [r, -r],
    [r, r],
    [-r, r],
  ]),
  diamond: polygon((r) => [
    [0, -1.3 * r],
    [1.3 * r, 0],
    [0, 1.3 * r],
    [-1.3 * r, 0],
  ]),
  "triangle-up": polygon((r) => [
    [0, -r],
    [1.15 * r, r / 2],
    [-1.15 * r, r / 2],
  ]),
  "triangle-down": polygon((r) => [
    [0, r],
    [1.15 * r, -r / 2],
    [-1.15 * r, -r / 2],
  ]),
  cross: polygon(plus),
  x: polygon((r) => plus(r).map(turned)),
};

export const symbolNames: readonly string[] = Object.keys(outlines);

/** The outline of one marker, to stand after `M x,y` in a path. */
export const symbolOutline = (name: string, size: number): string => outlines[name](size / 2);
