/** What `npm run bench:peers` measured, and the ratios that follow from it. */
import { CourseError } from "../errors";
import { quantile } from "../evaluation";
import type { Timing } from "./clock";
import type { Machine } from "./machine";
import type { Profile } from "./profile";
import type { Sweep } from "./scaling";
import { spreadOf } from "./statistics";

/** One way of running ours: with npm alone, or with a BLAS library as well. */
export interface Variant {
  label: string;
  kind: "npm" | "blas";
  threads: number;
  environment: Record<string, string>;
  /** What the backend said it is. */
  backend?: string;
  /** Why it took no part. */
  problem?: string;
}

/** One program running one case, again in every round. */
export interface Measurement {
  /** Of a case: `train-S`. */
  name: string;
  /** A variant's label, or `torch`, `transformers`, `trl`. */
  contender: string;
  isPeer: boolean;
  threads: number;
  flops: number;
  rounds: Timing[][];
  /** Why there are no rounds. */
  problem?: string;
}

/** Numbers that must agree if both sides do the same work. */
export interface SameWork {
  what: string;
  contender: string;
  largestDifference: number;
  tolerance: number;
}

export interface PeerReport {
  schemaVersion: 1;
  machine: Machine;
  commit: string;
  command: string;
  versions: Record<string, string>;
  notes: string[];
  variants: Variant[];
  measurements: Measurement[];
  sameWork: SameWork[];
  /** By variant. */
  sweeps: { variant: string; sweeps: Sweep[] }[];
  profiles: { variant: string; profiles: Profile[] }[];
}

/** Ours against the fastest of some peers; below 1 ours is faster. */
export interface Comparison {
  what: string;
  ours: string;
  peers: readonly string[];
  /** At most this, by kind of variant. */
  goal: Partial<Record<Variant["kind"], number>>;
}

export const comparisons: readonly Comparison[] = [
  ...["S", "M"].map((size) => ({
    what: `training step ${size}`,
    ours: `train-${size}`,
    peers: [`torch train-${size}`, `transformers train-${size}`],
    goal: { blas: 1, npm: 3 },
  })),
  ...["S", "M"].flatMap((size) => [
    dpo(`DPO step ${size}, reference precomputed`, `dpo-${size}`, `dpo-${size}`),
    dpo(`DPO step ${size}, reference in the step`, `dpo-reference-${size}`, `dpo-reference-${size}`),
    dpo(`DPO step ${size}, each trainer's default`, `dpo-${size}`, `dpo-reference-${size}`),
  ]),
  ...["S", "M"].flatMap((size) => [
    generating(`generation ${size}, greedy`, `generate-${size}`, size),
    generating(`generation ${size}, sampled`, `generate-sampled-${size}`, size),
  ]),
  ...["256-nn", "512-nn", "512-nt", "512-tn", "512-tt", "1024-nn"].map((product) => ({
    what: `matrix product ${product}`,
    ours: `gemm-${product}`,
    peers: [`torch gemm-${product}`],
    goal: {},
  })),
];

function dpo(what: string, ours: string, theirs: string): Comparison {
  return { what, ours, peers: [`trl ${theirs}`], goal: { blas: 0.8 } };
}

function generating(what: string, name: string, size: string): Comparison {
  const third = 1 / 3; // at least three times as fast
  return { what, ours: name, peers: [`transformers ${name}`], goal: size === "S" ? { blas: third, npm: third } : {} };
}

export interface Ratio {
  what: string;
  variant: string;
  /** The fastest of the peers, at its median. */
  peer: string;
  threads: number;
  oursMilliseconds: number;
  peerMilliseconds: number;
  /** Median over rounds of: our median in the round / the peer's in the same round. */
  wall: number;
  lowest: number;
  highest: number;
  rounds: number;
  /** Of the shortest repetitions of either side. */
  ofMinima: number;
  /** The same as `wall`, of processor time. */
  processor: number;
  goal?: number;
}

const roundMedians = ({ rounds }: Measurement, key: keyof Timing): number[] =>
  rounds.map((round) => spreadOf(round.map((timing) => timing[key])).median);

const medianOf = (values: readonly number[]): number => spreadOf(values).median;

export const medianMilliseconds = (measurement: Measurement): number => medianOf(roundMedians(measurement, "wall"));

/** Round by round, so that what slows the machine for a while slows both sides of a ratio. */
function ratioOf(comparison: Comparison, variant: Variant, ours: Measurement, peer: Measurement): Ratio {
  const inRounds = (key: keyof Timing): Float64Array => {
    const [mine, theirs] = [ours, peer].map((one) => roundMedians(one, key));
    if (mine.length !== theirs.length) {
      const rounds = `${mine.length} rounds of ours, ${theirs.length} of ${peer.contender}`;
      throw new CourseError("bad-value", `bench: ${comparison.what} has ${rounds}; ratios need pairs`);
    }
    return Float64Array.from(mine, (value, round) => value / theirs[round]).sort();
  };
  const least = ({ rounds }: Measurement) => Math.min(...rounds.flat().map(({ wall }) => wall));
  const wall = inRounds("wall");
  return {
    what: comparison.what,
    variant: variant.label,
    peer: peer.contender,
    threads: variant.threads,
    oursMilliseconds: medianMilliseconds(ours),
    peerMilliseconds: medianMilliseconds(peer),
    wall: quantile(wall, 0.5),
    lowest: wall[0],
    highest: wall[wall.length - 1],
    rounds: wall.length,
    ofMinima: least(ours) / least(peer),
    processor: quantile(inRounds("processor"), 0.5),
    goal: comparison.goal[variant.kind],
  };
}

/** Every comparison of every variant with the peers that ran on as many threads; what was not measured is left out. */
export function ratiosOf({ variants, measurements }: Pick<PeerReport, "variants" | "measurements">): Ratio[] {
  const measured = measurements.filter(({ rounds }) => rounds.length > 0);
  return comparisons.flatMap((comparison) =>
    variants.flatMap((variant) => {
      const ours = measured.find(({ name, contender }) => name === comparison.ours && contender === variant.label);
      const peers = measured.filter(
        ({ isPeer, threads, contender, name }) =>
          isPeer && threads === variant.threads && comparison.peers.includes(`${contender} ${name}`),
      );
      if (!ours || peers.length === 0) return [];
      const fastest = peers.reduce((a, b) => (medianMilliseconds(b) < medianMilliseconds(a) ? b : a));
      return [ratioOf(comparison, variant, ours, fastest)];
    }),
  );
}
