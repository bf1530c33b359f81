/** Plain numbers, nested as deep as a tensor has dimensions. */
export type Numbers = number | readonly Numbers[];

/** A list of numbers, and a list of such lists: the shapes most exercises speak of. */
export type Row = readonly number[];
export type Rows = readonly Row[];

/** @throws nothing: `undefined` says that lists of one level differ in length or mix with numbers */
export function shapeOf(value: Numbers): number[] | undefined {
  if (typeof value === "number") return [];
  const inner = value.map(shapeOf);
  const [first = []] = inner;
  const regular = inner.every((shape) => shape !== undefined && sameShape(shape, first));
  return regular ? [value.length, ...first] : undefined;
}

export const sameShape = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((size, axis) => size === b[axis]);

export const flatten = (value: Numbers): number[] => (typeof value === "number" ? [value] : value.flatMap(flatten));

export interface Tolerance {
  relative: number;
  absolute: number;
}

/** Equal within tolerance, entry by entry; what is not finite equals anything else that is not. */
export function close(a: Numbers, b: Numbers, { relative, absolute }: Tolerance): boolean {
  const [shapeA, shapeB] = [shapeOf(a), shapeOf(b)];
  if (!shapeA || !shapeB || !sameShape(shapeA, shapeB)) return false;
  const [entriesA, entriesB] = [flatten(a), flatten(b)];
  return entriesA.every((x, i) => {
    const y = entriesB[i];
    if (!Number.isFinite(x) || !Number.isFinite(y)) return !Number.isFinite(x) && !Number.isFinite(y);
    return Math.abs(x - y) <= absolute + relative * Math.max(Math.abs(x), Math.abs(y));
  });
}
