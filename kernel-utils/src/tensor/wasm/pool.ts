import * as path from "node:path";
import { Worker } from "node:worker_threads";
import type { BlasLocation } from "../blas/library";
import type { WasmMemory } from "./webAssembly";

/** What a worker is started with. */
export interface WorkerStart {
  compiled: object;
  memory: WasmMemory;
  /** Address of the control block. */
  control: number;
  /** From 1; 0 is the main thread. */
  thread: number;
  /** The native library to multiply with, where there is one. */
  blas?: BlasLocation;
}

// The built file, also where the tests run the sources.
const workerFile = path.join(__dirname, "..", "..", "..", "dist", "tensor", "wasm", "worker.js");

/**
 * Threads that take parts of the kernels' jobs on the shared heap. A job needs none of them: the main thread takes what
 * they do not, so one that is still starting, or that could not start, costs speed only.
 */
export class Pool {
  private readonly workers: Worker[];

  constructor(threads: number, start: Omit<WorkerStart, "thread">) {
    this.workers = Array.from({ length: threads - 1 }, (_, i) => startWorker({ ...start, thread: i + 1 }));
  }

  /** Lets the workers go; what they are at they finish first, since nobody waits for less than a whole job. */
  stop(): void {
    for (const worker of this.workers) void worker.terminate();
  }
}

function startWorker(start: WorkerStart): Worker {
  // No stdin, and no flags of the program that it is part of (a debugger's, a test runner's).
  const worker = new Worker(workerFile, { workerData: start, execArgv: [], stdin: false });
  worker.unref(); // a program that has nothing else to do ends
  worker.on("error", (error) => process.emitWarning(`a tensor thread ended: ${error.message}`));
  return worker;
}
