import { scaleLinear, scaleLog } from "d3-scale";
import { CourseError } from "../../../errors";
import type { AxisAttributes } from "./model";
import type { Reach } from "./reach";

/** An axis before it has a place on the page. */
export interface AxisPlan {
  kind: "linear" | "log" | "category";
  /** In the data's units; half a place beyond the outer labels of a category axis. */
  domain: [number, number];
  /** The labels of a category axis, in the order of first appearance. */
  labels: string[];
  attributes: AxisAttributes;
}

/** An axis with its place: `at` gives pixels, undefined for what it has no place for. */
export interface Axis extends AxisPlan {
  at: (value: number | string | null) => number | undefined;
  pixels: [number, number];
}

const roomAtEnds = 0.05;

/**
 * @param reaches of everything on the axis and on those that match it
 * @param isVertical a vertical axis leaves room at its ends, a horizontal one only for what sticks out
 */
export function planAxis(attributes: AxisAttributes, reaches: readonly Reach[], isVertical: boolean): AxisPlan {
  const labels = labelsOf(reaches);
  if (labels.length > 0) return { kind: "category", domain: [-0.5, labels.length - 0.5], labels, attributes };
  const kind = attributes.type === "log" ? "log" : "linear";
  const domain = attributes.range
    ? givenDomain(attributes.range, kind)
    : dataDomain(attributes, reaches, isVertical, kind);
  return { kind, domain, labels, attributes };
}

function labelsOf(reaches: readonly Reach[]): string[] {
  const all = reaches.flatMap(({ values }) => values);
  const labels = all.filter((value): value is string => typeof value === "string");
  if (labels.length > 0 && labels.length < all.length) {
    throw new CourseError("bad-value", `figure: one axis has labels (${labels[0]}) and numbers; take one of them`);
  }
  return [...new Set(labels)];
}

const givenDomain = (range: [number, number], kind: string): [number, number] =>
  kind === "log" ? [10 ** range[0], 10 ** range[1]] : [range[0], range[1]];

function dataDomain(
  { rangemode }: AxisAttributes,
  reaches: readonly Reach[],
  isVertical: boolean,
  kind: "linear" | "log",
): [number, number] {
  const isUsable = (value: number | string | null): value is number =>
    typeof value === "number" && (kind === "linear" || value > 0);
  const values = reaches.flatMap((reach) => reach.values.filter(isUsable));
  const heights = kind === "log" ? values.map(Math.log10) : values;
  let low = heights.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  let high = heights.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  if (low > high) [low, high] = [0, 1];
  if (low === high) [low, high] = low === 0 ? [-1, 1] : [low - Math.abs(low) / 10, high + Math.abs(high) / 10];
  const isRoomNeeded = isVertical || reaches.some(({ sticksOut }) => sticksOut);
  const room = isRoomNeeded ? roomAtEnds * (high - low) : 0;
  const standsOnZero = rangemode === "tozero" || reaches.some(({ fromZero }) => fromZero);
  if (kind === "log") return [10 ** (low - room), 10 ** (high + room)];
  if (rangemode === "tozero") [low, high] = [Math.min(low, 0), Math.max(high, 0)];
  return [standsOnZero && low === 0 ? 0 : low - room, standsOnZero && high === 0 ? 0 : high + room];
}

/** @param pixels where the domain's ends lie on the page */
export function placeAxis(plan: AxisPlan, pixels: [number, number]): Axis {
  const scale = plan.kind === "log" ? scaleLog(plan.domain, pixels) : scaleLinear(plan.domain, pixels);
  const at = (value: number | string | null): number | undefined => {
    if (value === null) return undefined;
    const number = plan.kind === "category" ? plan.labels.indexOf(String(value)) : Number(value);
    return plan.kind === "log" && number <= 0 ? undefined : scale(number);
  };
  return { ...plan, at, pixels };
}

/** Is the value within the axis, its ends included? */
export function isWithin({ domain, kind }: AxisPlan, value: number | string | null): boolean {
  if (value === null || kind === "category") return value !== null;
  const [low, high] = [Math.min(...domain), Math.max(...domain)];
  const slack = (high - low) * 1e-9;
  return Number(value) >= low - slack && Number(value) <= high + slack;
}
