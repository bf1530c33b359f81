/** A run's metrics as series of numbers, for the rules that watch them. */
export type Rows = readonly Readonly<Record<string, number>>[];

/** Steps that a mean is taken over before it is believed. */
export const windowLength = 10;

export const seriesOf = (rows: Rows, name: string): number[] =>
  rows.flatMap((row) => (row[name] === undefined ? [] : [row[name]]));

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

export const standardError = (values: readonly number[]): number => {
  const centre = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - centre) ** 2)) / (values.length - 1));
};

/** Three digits, for a message. */
export const number = (value: number): string => String(Number(value.toPrecision(3)));

/** The metric in the last rows; undefined where there are fewer or one lacks it. */
export function lastWindow(rows: Rows, name: string): number[] | undefined {
  const values = seriesOf(rows.slice(-windowLength), name);
  return values.length === windowLength ? values : undefined;
}

/** The metric in the first and the last rows; undefined where these would overlap or a row lacks it. */
export function ends(rows: Rows, name: string): { first: number[]; last: number[] } | undefined {
  if (rows.length < 2 * windowLength) return undefined;
  const first = seriesOf(rows.slice(0, windowLength), name);
  const last = lastWindow(rows, name);
  return last && first.length === windowLength ? { first, last } : undefined;
}

/** How often the metric was so, in the steps that have it. */
export function shareOf(rows: Rows, name: string, isSo: (value: number) => boolean) {
  const values = seriesOf(rows, name);
  const count = values.filter(isSo).length;
  const share = values.length === 0 ? 0 : count / values.length;
  return { share, text: `${count} of ${values.length} steps so far (${Math.round(100 * share)} %)` };
}
