/** Limits: an expression along a geometric sequence, extrapolated to where it is going, with what is not known of it. */

import { shown, type Verdict } from "./compare";
import { evaluate } from "./evaluate";
import { type Scene, withValue } from "./scene";
import type { Judge } from "./survey";
import type { DeclaredSymbol } from "./symbols";
import type { Term } from "./term";
import { scalar, type Value } from "./value";

/** Steps of the sequence; each is half as far from the point as the one before. */
const steps = 48;
/** Rows of the extrapolation after the first: powers 1 to 4 of the distance are taken out. */
const orders = 4;
/** How exactly a limit must be known before anything is said about it, and how exactly the claim must meet it. */
const precision = 1e-6;

/** One entry of the expression at one step. */
interface Sample {
  value: number;
  error: number;
}
/** Where a sequence is going, and how well that is known. */
interface Estimate {
  value: number;
  uncertainty: number;
}

/** `of` tends to `claimed` as the scalar `as` tends to `to`, from every side its range allows. */
export const limitOf =
  (of: Term, as: DeclaredSymbol, to: number, claimed: Term): Judge =>
  (scene) => {
    const wanted = evaluate(claimed, scene);
    const verdicts = approaches(as, to).map((points) => approach(of, as.name, points, scene, wanted));
    const broken = verdicts.find(({ kind }) => kind === "breaks");
    const unresolved = verdicts.find(({ kind }) => kind === "unresolved");
    return broken ?? unresolved ?? worst(verdicts);
  };

const worst = (verdicts: readonly Verdict[]): Verdict => ({
  kind: "holds",
  residual: Math.max(...verdicts.map((verdict) => (verdict.kind === "holds" ? verdict.residual : 0))),
});

/** The points of each one-sided sequence; distances are powers of two, so that 0 ± distance is exact. */
function approaches({ from, to: end }: DeclaredSymbol, to: number): number[][] {
  const distances = Array.from({ length: steps }, (_, k) => 2 ** -k);
  if (!Number.isFinite(to)) return [distances.map((distance) => Math.sign(to) / distance)];
  // Nearer to a point than this, its distance is lost in the rounding of the point itself.
  const room = distances.filter((distance) => distance > Math.abs(to) * 2 ** -30);
  const reach = 2 ** Math.floor(Math.log2(Math.max(Math.abs(end - to), Math.abs(to - from))));
  const sides = to <= from ? [1] : to >= end ? [-1] : [1, -1];
  return sides.map((side) => room.map((distance) => to + side * reach * distance));
}

function approach(of: Term, name: string, points: readonly number[], scene: Scene, wanted: Value): Verdict {
  const values = points.map((point) => evaluate(of, withValue(scene, name, scalar(point))));
  const width = Math.max(values[0].data.length, wanted.data.length);
  const at = (value: Value, entry: number): Sample => {
    const place = value.data.length === 1 ? 0 : entry;
    return { value: value.data[place], error: value.error[place] };
  };
  const goals = Array.from({ length: width }, (_, entry) => at(wanted, entry));
  const sequences = goals.map((_, entry) => values.map((value) => at(value, entry)));
  // A limit of 0 has no size of its own: it is small beside where the sequence began.
  const starts = sequences.map((sequence) => sequence.find(({ value }) => Number.isFinite(value))?.value ?? 0);
  const began = Math.min(1, largest(starts));
  const estimates = sequences.map((sequence) => whither(sequence, Math.max(began, largest(goals.map((g) => g.value)))));
  if (estimates.some((estimate) => estimate === undefined)) return { kind: "unresolved" };
  const found = estimates as Estimate[];
  const size = largest([...goals, ...found].map(({ value }) => value));
  if (found.some(({ uncertainty }) => uncertainty > precision * Math.max(size, began))) return { kind: "unresolved" };
  const misses = found.map(({ value }, entry) => Math.abs(value - goals[entry].value));
  const goal = largest(goals.map(({ value }) => value));
  const residual = Math.max(...misses) / ((goal > precision * began ? size : began) || 1);
  const meets = misses.every((miss, i) => miss <= precision * size + 4 * found[i].uncertainty + 16 * goals[i].error);
  if (meets) return { kind: "holds", residual };
  const reached = { ...wanted, data: Float64Array.from(found, ({ value }) => value) };
  return { kind: "breaks", left: `${shown(reached)} in the limit`, right: shown(wanted), residual };
}

const largest = (values: readonly number[]): number => Math.max(0, ...values.map(Math.abs).filter(Number.isFinite));

/**
 * The best extrapolation (Richardson: terms in h, h² … are eliminated one after the other) that every later sample
 * bears out by going no further from it; undefined where there is none. A sequence that rests on a
 * plateau before it moves on is thereby not mistaken for one that has arrived.
 */
function whither(samples: readonly Sample[], size: number): Estimate | undefined {
  const byUncertainty = extrapolations(samples).sort((a, b) => a.uncertainty - b.uncertainty);
  return byUncertainty.find(({ row, ...estimate }) => borneOut(samples, row, estimate, size));
}

function borneOut(samples: readonly Sample[], row: number, { value, uncertainty }: Estimate, size: number): boolean {
  let reach = Math.abs(samples[row].value - value) + uncertainty;
  for (const sample of samples.slice(row + 1)) {
    if (!isUsable(sample, size)) break;
    const distance = Math.abs(sample.value - value);
    if (distance > reach + uncertainty + 16 * sample.error) return false;
    reach = Math.min(reach, distance + uncertainty + 16 * sample.error);
  }
  return true;
}

/** A sample whose digits are not all rounding. */
const isUsable = ({ value, error }: Sample, size: number): boolean =>
  Number.isFinite(value) && error <= 1e-3 * Math.max(size, Math.abs(value));

/** Every entry of Neville's table: the value, what its neighbours and rounding leave open, and the last sample in it. */
function extrapolations(samples: readonly Sample[]): (Estimate & { row: number })[] {
  const all: (Estimate & { row: number })[] = [];
  let above: Sample[] = [];
  samples.forEach((sample, row) => {
    const current = [sample];
    for (let order = 1; order <= Math.min(orders, row); order++) {
      const [near, far] = [current[order - 1], above[order - 1]];
      const weight = 2 ** order - 1;
      const value = near.value + (near.value - far.value) / weight;
      const error = near.error + (near.error + far.error) / weight;
      current.push({ value, error });
      const spread = Math.max(Math.abs(value - near.value), Math.abs(value - far.value));
      if (Number.isFinite(spread)) all.push({ value, uncertainty: spread + 8 * error, row });
    }
    above = current;
  });
  return all;
}
