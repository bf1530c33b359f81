import type { LanguageModel } from "../../model";

export interface StepReport {
  /** From 1. */
  step: number;
  metrics: Record<string, number>;
  model: LanguageModel;
}

/** What any trainer's `run` takes. A step of a trainer that samples is one update: replies, and what is learnt from them. */
export interface RunOptions {
  /** Called after each step; awaited, so it may generate or evaluate. */
  onStep?: (report: StepReport) => void | Promise<void>;
  /** Measures the model during training: gold reward, held-out loss, anything that gives numbers by name. */
  evaluate?: (report: StepReport) => Promise<Record<string, number>>;
  /** Steps between evaluations; the last step always has one. Default: a tenth of the steps. */
  evaluateEvery?: number;
  /** Called with what `evaluate` and the held-out records gave. */
  onEvaluate?: (report: StepReport) => void | Promise<void>;
  /** Where the run is kept: config, seed, backend, metrics, checkpoints. Default: nowhere. */
  folder?: string;
  /** Go on with the run in `folder`, from its newest checkpoint, bit for bit. An empty folder starts it. Default false. */
  resume?: boolean;
  /** Steps between checkpoints; the last step always has one. Default: a fifth of the steps. */
  checkpointEvery?: number;
  /** Where reference log-probs are kept and looked for. Default: `reference` in the run's folder, or nowhere. */
  referenceFolder?: string;
  /** What asked for the run, recorded in its config. */
  request?: Readonly<Record<string, unknown>>;
}
