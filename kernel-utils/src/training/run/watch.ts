import type { WarningLevel } from "./warnings";

/** A message that the metrics so far call for. */
export interface Observation {
  code: string;
  text: string;
  level?: WarningLevel;
}

/** Steps that a mean is taken over before it is believed. */
const windowLength = 10;

type Rows = readonly Record<string, number>[];

const seriesOf = (rows: Rows, name: string): number[] =>
  rows.flatMap((row) => (row[name] === undefined ? [] : [row[name]]));
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const standardError = (values: readonly number[]): number => {
  const centre = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - centre) ** 2)) / (values.length - 1));
};
const number = (value: number): string => String(Number(value.toPrecision(3)));

/** The metric in the first and the last ten rows; undefined where these would overlap or a row lacks it. */
function ends(rows: Rows, name: string): { first: number[]; last: number[] } | undefined {
  if (rows.length < 2 * windowLength) return undefined;
  const [first, last] = [seriesOf(rows.slice(0, windowLength), name), seriesOf(rows.slice(-windowLength), name)];
  return first.length + last.length === 2 * windowLength ? { first, last } : undefined;
}

/** Estimates of KL, by the names that trainers log. */
const klNames = ["objective/kl", "kl"] as const;
const lengthNames = ["completions/mean_length", "length"] as const;

function negativeKl(rows: Rows): Observation[] {
  const last = rows[rows.length - 1];
  return klNames
    .filter((name) => last[name] < 0)
    .map((name) => ({
      code: "kl-negative",
      text:
        `${name} is ${number(last[name])} at step ${rows.length}: a KL divergence is never negative, its estimate from ` +
        "samples (the mean log-ratio, k1) can be. Once is noise; if it stays negative, the replies are not samples of " +
        "this policy: look at temperature, top-k, truncation and padding, or estimate with k3, which is never negative",
    }));
}

function klRunaway(rows: Rows): Observation[] {
  return klNames.flatMap((name) => {
    const values = seriesOf(rows.slice(-windowLength), name);
    if (values.length < windowLength || mean(values) < 50) return [];
    const text =
      `${name} is ${number(mean(values))} nats over the last ${windowLength} steps: the policy has left its reference, and rewards ` +
      "learnt near it mean little there. Raise beta or the KL coefficient, or lower learningRate";
    return [{ code: "kl-runaway", text }];
  });
}

function lengthRunaway(rows: Rows): Observation[] {
  return lengthNames.flatMap((name) => {
    const pair = ends(rows, name);
    if (!pair || mean(pair.last) < 2 * mean(pair.first)) return [];
    const text =
      `${name} went from ${number(mean(pair.first))} to ${number(mean(pair.last))} tokens: replies grow where the reward ` +
      "prefers length or EOS is lost. Compare replies of equal length, normalise by length, or penalise missing EOS";
    return [{ code: "length-runaway", text }];
  });
}

/** Ten times in a row below the reference, or a fall beyond two standard errors where there is no reference. */
function chosenFalling(rows: Rows, hasReference: boolean): Observation[] {
  const advice =
    "The loss only sees the difference, so both may fall; the mass goes to replies in neither. Usual at moderate size; to " +
    "hold the chosen ones add a likelihood term (cpo, orpo), raise beta, lower learningRate, or train SFT on them first";
  if (hasReference) {
    const values = seriesOf(rows.slice(-windowLength), "rewards/chosen");
    if (values.length < windowLength || rows.length < 2 * windowLength || values.some((value) => value >= 0)) return [];
    const text = `chosen replies are less likely than under the reference (rewards/chosen ${number(mean(values))}). ${advice}`;
    return [{ code: "chosen-falling", text }];
  }
  const name = rows[0]["logps/chosen"] === undefined ? "rewards/chosen" : "logps/chosen";
  const pair = ends(rows, name);
  if (!pair) return [];
  const [first, last] = [mean(pair.first), mean(pair.last)];
  if (last >= first - 2 * Math.hypot(standardError(pair.first), standardError(pair.last))) return [];
  return [{ code: "chosen-falling", text: `${name} fell from ${number(first)} to ${number(last)}. ${advice}` }];
}

/** KTO's reference point, which is 0 at the first step by definition. */
function clampedZ0(rows: Rows): Observation[] {
  const values = seriesOf(rows.slice(Math.max(1, rows.length - 5)), "kl");
  if (values.length < 5 || values.some((value) => value !== 0)) return [];
  const text =
    "z0, the KL that replies are valued against, was clamped at 0 in five steps running: the mismatched replies became less " +
    "likely than under the reference. The loss then weighs replies by their own log-ratio alone; larger batches estimate z0 better";
  return [{ code: "z0-clamped", text }];
}

function accuracyAtStart(rows: Rows): Observation[] {
  if (rows.length > 1 || rows[0]["rewards/accuracies"] !== 0 || rows[0]["rewards/margins"] !== 0) return [];
  const text =
    "rewards/accuracies is 0 at the first step, as it must be: policy and reference are the same, every margin is 0, and a " +
    "tie counts as wrong";
  return [{ code: "accuracy-at-start", text, level: "note" }];
}

export interface WatchedMethod {
  /** Rewards are measured from a reference, so 0 is where training began. */
  hasReference: boolean;
  /** The metric `kl` is KTO's z0. */
  isKto: boolean;
}

/** What the metrics up to and with the last row call for; asked after each step. */
export function observe(rows: Rows, { hasReference, isKto }: WatchedMethod): Observation[] {
  return [
    ...negativeKl(rows),
    ...klRunaway(rows),
    ...lengthRunaway(rows),
    ...chosenFalling(rows, hasReference),
    ...(isKto ? clampedZ0(rows) : []),
    ...accuracyAtStart(rows),
  ];
}
