import { scaleLinear } from "d3-scale";
import type { AxisPlan } from "./axis";

export interface Tick {
  value: number | string;
  /** "" for a small tick without a number. */
  label: string;
}

/** @param count about how many numbers the axis has room for */
export function ticksOf(axis: AxisPlan, count: number): Tick[] {
  if (axis.kind === "category") return axis.labels.map((label) => ({ value: label, label }));
  return axis.kind === "log" ? logTicks(axis, count) : linearTicks(axis, count);
}

function linearTicks({ domain, attributes }: AxisPlan, count: number): Tick[] {
  const scale = scaleLinear(domain, [0, 1]);
  const values = scale.ticks(count);
  const largest = Math.max(...values.map(Math.abs));
  const step = Math.abs((values[1] ?? largest) - (values[0] ?? 0));
  const isAwkward = largest >= 1e6 || (step > 0 && step < 1e-4);
  const format = scale.tickFormat(count, attributes.tickformat || (isAwkward ? "~e" : "f"));
  return values.map((value) => ({ value, label: value === 0 && isAwkward ? "0" : powers(format(value)) }));
}

/** Whole powers of ten; where the axis spans few of them, 2 and 5 times those too, and small ticks in between. */
function logTicks({ domain, attributes }: AxisPlan, count: number): Tick[] {
  const [low, high] = [Math.min(...domain), Math.max(...domain)];
  const exponents = range(Math.floor(Math.log10(low)), Math.ceil(Math.log10(high)));
  const decades = Math.log10(high / low);
  const isInside = (value: number) => value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9);
  const every = Math.max(1, Math.ceil(decades / count));
  const numbered = decades * 3 <= count ? [1, 2, 5] : [1];
  const isSuperscript = exponents.some((exponent) => isInside(10 ** exponent) && (exponent < -3 || exponent > 4));
  const format = attributes.tickformat
    ? scaleLinear([low, high], [0, 1]).tickFormat(count, attributes.tickformat)
    : undefined;
  return exponents.flatMap((exponent) =>
    [1, 2, 3, 4, 5, 6, 7, 8, 9].flatMap((factor): Tick[] => {
      const value = factor * 10 ** exponent;
      if (!isInside(value) || (factor > 1 && decades > 8)) return [];
      const isNumbered = numbered.includes(factor) && exponent % every === 0;
      return [{ value, label: isNumbered ? (format?.(value) ?? logLabel(factor, exponent, isSuperscript)) : "" }];
    }),
  );
}

const range = (first: number, last: number): number[] => Array.from({ length: last - first + 1 }, (_, i) => first + i);

function logLabel(factor: number, exponent: number, isSuperscript: boolean): string {
  if (!isSuperscript) return (factor * 10 ** exponent).toFixed(Math.max(0, -exponent));
  return `${factor === 1 ? "" : `${factor}·`}10${superscript(exponent)}`;
}

const superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const superscript = (exponent: number): string =>
  (exponent < 0 ? "⁻" : "") + Array.from(String(Math.abs(exponent)), (digit) => superscripts[Number(digit)]).join("");

/** 1.5e+6 as 1.5·10⁶. */
const powers = (label: string): string =>
  label.replace(
    /^(.+)e([+−-])(\d+)$/,
    (_, digits: string, sign: string, exponent: string) =>
      `${digits}·10${superscript(sign === "+" ? Number(exponent) : -Number(exponent))}`,
  );
