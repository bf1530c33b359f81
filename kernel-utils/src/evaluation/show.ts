/** How an evaluation shows itself: means with their intervals; the samples are looked at by themselves. */
import { formatValue } from "../notebook/display/formatValue";
import type { MimeBundle } from "../notebook/display/host";
import { counted } from "../notebook/display/rich/counted";
import { factsBundle, tableBundle } from "../notebook/display/rich/htmlTable";
import type { GoldEvaluation } from "./gold";
import type { KlEstimate } from "./sampleKl";
import type { Interval } from "./statistics";

const number = (value: number): string => formatValue(value, 3);
const withInterval = (mean: number, [low, high]: Interval): string =>
  `${number(mean)}, 95 % interval ${number(low)} to ${number(high)}`;

export const goldBrief = ({ mean, interval, samples }: GoldEvaluation): string =>
  `Gold reward ${withInterval(mean, interval)}, on ${counted(samples.length, "prompt")}`;

export function goldBundle(evaluation: GoldEvaluation): MimeBundle {
  const { components, families, meanLength } = evaluation;
  const { total: _, ...parts } = components;
  const rows = [
    ...Object.entries(parts).map(([name, value]) => [`component: ${name}`, number(value)]),
    ...Object.entries(families).map(([name, value]) => [`family: ${name}`, number(value)]),
  ];
  const notes = [`${number(meanLength)} tokens a reply`];
  const columns = ["mean of", "gold reward"];
  return tableBundle({
    caption: goldBrief(evaluation),
    columns,
    rows,
    numeric: [false, true],
    hasRowHeadings: true,
    notes,
  });
}

export const klBrief = ({ mean, interval, logRatios }: KlEstimate): string =>
  `KL ${withInterval(mean, interval)} nats a reply, from ${counted(logRatios.length, "reply")}`;

export const klBundle = (estimate: KlEstimate): MimeBundle =>
  factsBundle(klBrief(estimate), [
    ["smallest log-ratio", number(Math.min(...estimate.logRatios))],
    ["largest log-ratio", number(Math.max(...estimate.logRatios))],
    ["mean length", `${number(estimate.meanLength)} tokens`],
  ]);
