/** How a training step's cost grows with each of its sizes, compared with how the arithmetic grows. */
import { type BenchCase, type BenchSession, trainingStep } from "./cases";
import type { Timing } from "./clock";
import { type BenchShape, benchShapes } from "./shapes";
import { logLogSlope, type Slope, spreadOf } from "./statistics";

export interface SweepPlan {
  /** What is varied: `B`, `layers`, `T`, `d`. */
  varies: string;
  values: readonly number[];
  shapeAt(value: number): BenchShape;
}

export interface Sweep {
  varies: string;
  values: number[];
  /** Counted operations of a step at each value. */
  flops: number[];
  /** Median milliseconds of a step at each value. */
  wall: number[];
  processor: number[];
  /** Exponent of time in the value itself. */
  byValue: Slope;
  /** Exponent of time in the counted operations: 1 where cost follows the arithmetic, less where overhead fades. */
  byFlops: Slope;
  /** As `byFlops`, of processor time: what remains when other programs take turns on the same processors. */
  processorByFlops: Slope;
}

const base: BenchShape = benchShapes.S;
const headSize = base.width / base.heads;

export const sweepPlans: readonly SweepPlan[] = [
  { varies: "B", values: [4, 8, 16, 24, 32], shapeAt: (batch) => ({ ...base, batch }) },
  { varies: "layers", values: [1, 2, 4, 6, 8], shapeAt: (layers) => ({ ...base, layers }) },
  { varies: "T", values: [32, 64, 128, 192, 256], shapeAt: (length) => ({ ...base, length }) },
  {
    varies: "d",
    values: [64, 128, 256, 384, 512],
    shapeAt: (width) => ({ ...base, width, heads: width / headSize }),
  },
];

export interface ScalingOptions {
  /** Every value is timed once a round, so that a drift of the machine touches all alike. */
  rounds: number;
  stepsPerRound: number;
  onProgress?: (what: string) => void;
}

export async function measureSweep(plan: SweepPlan, options: ScalingOptions): Promise<Sweep> {
  const cases = plan.values.map((value) => trainingStep(plan.shapeAt(value), `train-${plan.varies}-${value}`));
  const sessions = await Promise.all(cases.map((one) => one.open()));
  try {
    return sweepOf(plan, cases, await timeRounds(plan, sessions, options));
  } finally {
    for (const session of sessions) session.dispose();
  }
}

async function timeRounds(
  plan: SweepPlan,
  sessions: readonly BenchSession[],
  { rounds, stepsPerRound, onProgress }: ScalingOptions,
): Promise<Timing[][]> {
  const timings: Timing[][] = sessions.map(() => []);
  for (const session of sessions) await session.time(1);
  for (let round = 0; round < rounds; round++) {
    for (const [index, session] of sessions.entries()) {
      onProgress?.(`${plan.varies} = ${plan.values[index]}, round ${round + 1} of ${rounds}`);
      timings[index].push(...(await session.time(stepsPerRound)));
    }
  }
  return timings;
}

/** The fits of one sweep from its timings. */
export function sweepOf(
  { varies, values }: Pick<SweepPlan, "varies" | "values">,
  cases: readonly Pick<BenchCase, "flops">[],
  timings: readonly (readonly Timing[])[],
): Sweep {
  const medians = (key: keyof Timing) => timings.map((ofValue) => spreadOf(ofValue.map((one) => one[key])).median);
  const flops = cases.map((one) => one.flops);
  const [wall, processor] = [medians("wall"), medians("processor")];
  return {
    varies,
    values: [...values],
    flops,
    wall,
    processor,
    byValue: logLogSlope(values, wall),
    byFlops: logLogSlope(flops, wall),
    processorByFlops: logLogSlope(flops, processor),
  };
}
