/** Where the time of a repetition goes: every kernel of the backend, the optimizer, and JavaScript around them. */
import * as tf from "@tensorflow/tfjs";
import { AdamW } from "../training";
import type { BenchCase, BenchSession } from "./cases";
import { type FunctionRow, sampleFunctions } from "./sampleFunctions";

export interface ProfileRow {
  name: string;
  calls: number;
  /** Without what is called inside and has a row of its own. */
  milliseconds: number;
  /** Of the whole, 0 to 1. */
  share: number;
}

export interface Profile {
  name: string;
  what: string;
  /** Of the fastest repetition: the one that other programs disturbed least. */
  milliseconds: number;
  /** Of that repetition, largest first; the last row is what no other has: JavaScript, the tape, clipping, reading results back. */
  rows: ProfileRow[];
  /** Of other repetitions, without the stopwatch: the functions that run, kernels and JavaScript alike. */
  functions: FunctionRow[];
}

export const restName = "(outside kernels: JavaScript, tape, clipping, read-back)";
const optimizerName = "(AdamW step)";

/** Counts calls and time inside them, each moment once: an outer entry is not charged for an inner one. */
export class Stopwatch {
  private readonly entries = new Map<string, { calls: number; milliseconds: number }>();
  /** Time already charged to inner entries, one number for each open one. */
  private readonly inner: number[] = [];

  constructor(private readonly clock: () => number = () => performance.now()) {}

  time<T>(name: string, body: () => T): T {
    const entry = this.entries.get(name) ?? { calls: 0, milliseconds: 0 };
    this.entries.set(name, entry);
    const start = this.clock();
    this.inner.push(0);
    try {
      return body();
    } finally {
      const elapsed = this.clock() - start;
      entry.calls += 1;
      entry.milliseconds += elapsed - this.inner.pop()!;
      if (this.inner.length > 0) this.inner[this.inner.length - 1] += elapsed;
    }
  }

  /** What has gathered since the last call, as rows. @param total milliseconds since then */
  take(total: number): ProfileRow[] {
    const rows = [...this.entries].map(([name, entry]) => ({ name, ...entry, share: entry.milliseconds / total }));
    this.entries.clear();
    const rest = total - rows.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
    rows.sort((a, b) => b.milliseconds - a.milliseconds);
    return [...rows, { name: restName, calls: 1, milliseconds: rest, share: rest / total }];
  }
}

/** Puts a stopwatch around every kernel of the backend in use and around the optimizer; the result takes it off again. */
function attach(watch: Stopwatch): () => void {
  const kernels = tf.getKernelsForBackend(tf.getBackend());
  const originals = kernels.map(({ kernelFunc }) => kernelFunc);
  kernels.forEach((kernel, index) => {
    kernel.kernelFunc = (args) => watch.time(kernel.kernelName, () => originals[index](args));
  });
  const step = AdamW.prototype.step;
  AdamW.prototype.step = function (this: AdamW, ...args) {
    return watch.time(optimizerName, () => step.apply(this, args));
  };
  return () => {
    kernels.forEach((kernel, index) => {
      kernel.kernelFunc = originals[index];
    });
    AdamW.prototype.step = step;
  };
}

/** The kernels of the fastest of some repetitions. */
async function profileKernels(
  session: BenchSession,
  repetitions: number,
): Promise<Pick<Profile, "milliseconds" | "rows">> {
  const watch = new Stopwatch();
  const detach = attach(watch);
  try {
    let last = performance.now();
    const taken: Pick<Profile, "milliseconds" | "rows">[] = [];
    await session.time(repetitions, () => {
      const milliseconds = performance.now() - last;
      taken.push({ milliseconds, rows: watch.take(milliseconds) });
      last = performance.now();
    });
    const whole = taken.slice(1); // what came before the first boundary belongs to no repetition
    return whole.reduce((best, one) => (one.milliseconds < best.milliseconds ? one : best));
  } finally {
    detach();
  }
}

/** Where a case's time goes. Only for backends that compute when called, as wasm and cpu do. */
export async function profileCase({ name, what, open }: BenchCase, repetitions: number): Promise<Profile> {
  const session = await open();
  try {
    await session.time(2);
    const kernels = await profileKernels(session, repetitions);
    const functions = await sampleFunctions(() => session.time(repetitions));
    return { name, what, ...kernels, functions };
  } finally {
    session.dispose();
  }
}
