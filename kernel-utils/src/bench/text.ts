/** Reports as lines for a terminal. */
import type { BenchResult } from "./measure";
import type { Profile } from "./profile";
import type { Sweep } from "./scaling";
import type { Slope } from "./statistics";

/** Three significant digits, never an exponent. */
export const threeDigits = (value: number): string =>
  Math.abs(value) >= 100 ? value.toFixed(0) : Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(2);

export const slopeText = ({ slope, interval: [low, high] }: Slope): string =>
  `${slope.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`;

export const resultHeader = `${"case".padEnd(20)}${"median ms".padStart(11)}${"quartiles".padStart(19)}${"min".padStart(9)}${"n".padStart(5)}${"cpu ms".padStart(10)}${"GFLOP/s".padStart(10)}${"tokens/s".padStart(11)}`;

export function resultLine({ name, wall, processor, gflopsPerSecond, tokensPerSecond }: BenchResult): string {
  const quartiles = `${threeDigits(wall.lowerQuartile)} to ${threeDigits(wall.upperQuartile)}`;
  const columns = [
    name.padEnd(20),
    threeDigits(wall.median).padStart(11),
    quartiles.padStart(19),
    threeDigits(wall.min).padStart(9),
    `${wall.n}`.padStart(5),
    threeDigits(processor.median).padStart(10),
    threeDigits(gflopsPerSecond).padStart(10),
    (tokensPerSecond === undefined ? "" : tokensPerSecond.toFixed(0)).padStart(11),
  ];
  return columns.join("").trimEnd();
}

export function sweepLines({ varies, values, wall, flops, byValue, byFlops, processorByFlops }: Sweep): string[] {
  const points = values.map((value, index) => {
    const rate = flops[index] / wall[index] / 1e6;
    return `  ${varies} = ${`${value}`.padEnd(5)}${threeDigits(wall[index]).padStart(9)} ms${threeDigits(rate).padStart(8)} GFLOP/s`;
  });
  const fits = `  exponent of time in ${varies}: ${slopeText(byValue)}; in counted operations: ${slopeText(byFlops)}, of cpu time ${slopeText(processorByFlops)}`;
  return [`sweep of ${varies}`, ...points, fits];
}

const functionsShown = 15;

export function profileLines({ what, milliseconds, rows, functions }: Profile): string[] {
  const header = `${"kernel".padEnd(60)}${"calls".padStart(7)}${"ms".padStart(9)}${"share".padStart(8)}`;
  const lines = rows.map(({ name, calls, milliseconds: ms, share }) => {
    const percent = `${(100 * share).toFixed(1)} %`;
    return `${name.padEnd(60)}${`${Math.round(calls)}`.padStart(7)}${ms.toFixed(2).padStart(9)}${percent.padStart(8)}`;
  });
  const shown = functions.slice(0, functionsShown);
  const sampled = shown.map(
    ({ name, place, share }) => `${name.padEnd(36)}${place.padEnd(40)}${`${(100 * share).toFixed(1)} %`.padStart(8)}`,
  );
  const title = `${what}: ${threeDigits(milliseconds)} ms, the fastest repetition`;
  return [
    title,
    header,
    ...lines,
    `the ${sampled.length} functions that run most, sampled over all repetitions`,
    ...sampled,
  ];
}
