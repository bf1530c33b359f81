import type { ColumnTable } from "arquero";
import { showAs } from "../../notebook/display/rich/showAs";
import { metricsBundle, runBrief, runBundle } from "./show";

/** One line of a run's metrics: what a training step or an evaluation gave. */
export interface MetricsLine {
  /** Steps done, from 1. */
  step: number;
  kind: "train" | "evaluation";
  metrics: Record<string, number>;
}

/** What a run leaves, beside the model itself; plain data, fit for JSON. */
export interface RunRecord {
  method: string;
  seed: number;
  /** The backend's identity: all that decides the bits of its results. */
  backend: string;
  steps: number;
  /** One entry a step. */
  metrics: Record<string, number>[];
  /** What `evaluate` returned, and after which step. */
  evaluations: { step: number; metrics: Record<string, number> }[];
  /** Each said once, in the order they arose. */
  warnings: string[];
  /** Of this process; a resumed run counts from where it was resumed. */
  seconds: number;
  config: Record<string, unknown>;
}

/** The record of a training run, and views of it. */
export class TrainingRun implements RunRecord {
  readonly method!: string;
  readonly seed!: number;
  readonly backend!: string;
  readonly steps!: number;
  readonly metrics!: Record<string, number>[];
  readonly evaluations!: { step: number; metrics: Record<string, number> }[];
  readonly warnings!: string[];
  readonly seconds!: number;
  readonly config!: Record<string, unknown>;

  constructor(record: RunRecord) {
    Object.assign(this, record);
    showAs(this.metrics, metricsBundle);
  }

  /**
   * An Arquero table with a row a step: `step`, the training metrics, and the evaluations' under "evaluation/NAME", null
   * where none was made.
   */
  table(): ColumnTable {
    // Loaded when asked for: training itself needs no tables.
    const { table } = require("arquero") as typeof import("arquero");
    const evaluated = new Map(this.evaluations.map(({ step, metrics }) => [step, metrics]));
    const names = namesIn(this.metrics);
    const evaluationNames = namesIn(this.evaluations.map(({ metrics }) => metrics));
    return table({
      step: this.metrics.map((_, index) => index + 1),
      ...column(names, (name) => this.metrics.map((metrics) => metrics[name] ?? null)),
      ...Object.fromEntries(
        evaluationNames.map((name) => [
          `evaluation/${name}`,
          this.metrics.map((_, index) => evaluated.get(index + 1)?.[name] ?? null),
        ]),
      ),
    });
  }
}

showAs(TrainingRun.prototype, runBundle, runBrief);

const namesIn = (rows: readonly Record<string, number>[]): string[] => [...new Set(rows.flatMap(Object.keys))];

const column = <T>(names: readonly string[], valuesOf: (name: string) => T): Record<string, T> =>
  Object.fromEntries(names.map((name) => [name, valuesOf(name)]));
