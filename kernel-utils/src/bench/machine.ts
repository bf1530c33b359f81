import { availableParallelism, cpus, loadavg, totalmem } from "node:os";

/** What a figure was measured on; without it a time says nothing. */
export interface Machine {
  date: string;
  processor: string;
  /** Logical processors this process may use. */
  cores: number;
  memoryGiB: number;
  platform: string;
  node: string;
  /** Runnable tasks over the last minute when the measurement began: much above 0 the times hold other people's work too. */
  loadAverage: number;
  /** Settings that decide how many threads compute, as the environment had them. */
  environment: Record<string, string>;
}

const settings = ["ALIGN_THREADS", "ALIGN_BLAS", "OPENBLAS_NUM_THREADS", "OPENBLAS_CORETYPE", "OMP_NUM_THREADS"];

export const describeMachine = (environment: NodeJS.ProcessEnv = process.env): Machine => ({
  date: new Date().toISOString(),
  processor: cpus()[0]?.model.trim() ?? "unknown processor",
  cores: availableParallelism(),
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  platform: `${process.platform} ${process.arch}`,
  node: process.version,
  loadAverage: Math.round(loadavg()[0] * 100) / 100,
  environment: Object.fromEntries(
    settings.flatMap((name): [string, string][] => {
      const value = environment[name];
      return value ? [[name, value]] : [];
    }),
  ),
});
