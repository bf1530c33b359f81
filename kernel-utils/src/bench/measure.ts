import { CourseError } from "../errors";
import type { BenchCase, BenchSession } from "./cases";
import { now, type Timing } from "./clock";
import { type Spread, spreadOf } from "./statistics";

export interface MeasureOptions {
  /** Repetitions before anything is kept: compilers, pools and caches settle. */
  warmUps: number;
  /** At least this many repetitions are kept … */
  repetitions: number;
  /** … and more until so many seconds have passed … */
  seconds: number;
  /** … but no more than this. */
  mostRepetitions: number;
}

export const thorough: MeasureOptions = { warmUps: 3, repetitions: 10, seconds: 3, mostRepetitions: 100 };
export const quick: MeasureOptions = { warmUps: 1, repetitions: 5, seconds: 0.5, mostRepetitions: 20 };

/** One row of the report; times in milliseconds of one repetition. */
export interface BenchResult {
  name: string;
  what: string;
  wall: Spread;
  processor: Spread;
  /** Counted operations of one repetition. */
  flops: number;
  /** 10⁹ counted operations a second, at the median on the wall. */
  gflopsPerSecond: number;
  tokensPerSecond?: number;
}

/** A case from its opening to its row. */
export async function measureCase(benchCase: BenchCase, options: MeasureOptions): Promise<BenchResult> {
  const session = await benchCase.open();
  try {
    await session.time(options.warmUps);
    return resultOf(benchCase, await repeat(session, options));
  } catch (cause) {
    if (cause instanceof CourseError) throw cause;
    throw new CourseError("backend", `align bench: ${benchCase.name} failed: ${(cause as Error).message}`, { cause });
  } finally {
    session.dispose();
  }
}

async function repeat(session: BenchSession, { repetitions, seconds, mostRepetitions }: MeasureOptions) {
  const started = now().wall;
  const timings = await session.time(repetitions);
  while (timings.length < mostRepetitions && now().wall - started < 1000 * seconds) {
    timings.push(...(await session.time(Math.min(repetitions, mostRepetitions - timings.length))));
  }
  return timings;
}

export function resultOf(
  { name, what, flops, tokens }: Omit<BenchCase, "open">,
  timings: readonly Timing[],
): BenchResult {
  const wall = spreadOf(timings.map((timing) => timing.wall));
  const processor = spreadOf(timings.map((timing) => timing.processor));
  const perSecond = (count: number) => count / (wall.median / 1000);
  const result = { name, what, wall, processor, flops, gflopsPerSecond: perSecond(flops) / 1e9 };
  return tokens === undefined ? result : { ...result, tokensPerSecond: perSecond(tokens) };
}
