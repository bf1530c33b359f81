import * as tf from "@tensorflow/tfjs";
import { CourseError } from "../errors";
import type { BackendName } from "../tensor";
import { useBackend } from "../tensor";
import { type BenchCase, benchCases } from "./cases";
import { describeMachine, type Machine } from "./machine";
import { type BenchResult, measureCase, quick, thorough } from "./measure";
import { type Profile, profileCase } from "./profile";
import { measureSweep, type Sweep, sweepPlans } from "./scaling";

export interface BenchOptions {
  backend?: BackendName | "auto";
  /** Names of cases, or their beginnings: `train` is `train-S` and `train-M`. Default: all. */
  only?: readonly string[];
  /** Fewer repetitions, for a first look. */
  quick?: boolean;
}

/** Told of everything as it happens; a run takes a minute. */
export interface BenchListener {
  started(backend: string, machine: Machine): void;
  progress(what: string): void;
  result(result: BenchResult): void;
  sweep(sweep: Sweep): void;
  profile(profile: Profile): void;
}

export interface BenchReport {
  schemaVersion: 1;
  machine: Machine;
  backend: string;
  results: BenchResult[];
  sweeps: Sweep[];
  profiles: Profile[];
}

/** What is measured: times of cases, the growth of a step's cost, or where the time of cases goes. */
export type BenchMode = "times" | "scaling" | "profile";

/** The cases that the names ask for, in the order of the list. */
export function selectCases(only: readonly string[] | undefined, cases = benchCases()): BenchCase[] {
  if (only === undefined) return cases;
  const unknown = only.find((name) => !cases.some((one) => one.name.startsWith(name)));
  if (unknown !== undefined || only.length === 0) {
    const names = cases.map(({ name }) => name).join(", ");
    throw new CourseError("usage", `align bench: no case is called "${unknown ?? ""}"; known: ${names}`);
  }
  return cases.filter(({ name }) => only.some((wanted) => name.startsWith(wanted)));
}

export async function runBench(mode: BenchMode, options: BenchOptions, listener: BenchListener): Promise<BenchReport> {
  const cases = selectCases(options.only ?? (mode === "profile" ? ["train"] : undefined));
  const machine = describeMachine();
  const backend = `${await useBackend(options.backend ?? "auto")}`.split("\n")[0];
  const report: BenchReport = { schemaVersion: 1, machine, backend, results: [], sweeps: [], profiles: [] };
  listener.started(backend, machine);
  const keep = <T>(list: T[], tell: (item: T) => void, item: T) => {
    list.push(item);
    tell(item);
  };
  const heading = (index: number, { name, what }: BenchCase) => `${index + 1} of ${cases.length}: ${name} (${what})`;
  if (mode === "times") {
    for (const [index, one] of cases.entries()) {
      listener.progress(heading(index, one));
      keep(report.results, listener.result, await measureCase(one, options.quick ? quick : thorough));
    }
  } else if (mode === "scaling") {
    const effort = options.quick ? { rounds: 2, stepsPerRound: 1 } : { rounds: 5, stepsPerRound: 2 };
    for (const plan of sweepPlans) {
      keep(report.sweeps, listener.sweep, await measureSweep(plan, { ...effort, onProgress: listener.progress }));
    }
  } else {
    checkProfiled(backend);
    for (const [index, one] of cases.entries()) {
      listener.progress(heading(index, one));
      keep(report.profiles, listener.profile, await profileCase(one, options.quick ? 3 : 10));
    }
  }
  return report;
}

/** A stopwatch around a kernel says something only where the kernel is done when it returns. */
function checkProfiled(backend: string): void {
  if (tf.getBackend() !== "webgpu") return;
  throw new CourseError(
    "usage",
    `align bench: --profile cannot time ${backend}, which computes later; add --backend wasm`,
  );
}
