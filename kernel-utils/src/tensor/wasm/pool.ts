import * as path from "node:path";
import { Worker } from "node:worker_threads";
import type { BlasLocation } from "../blas/library";
import type { PoolExports } from "./kernelPack";
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

/** A worker that does not come within this is not waited for any longer. */
const START_SECONDS = 20;

/**
 * Threads that take parts of the kernels' jobs on the shared heap. A job needs none of them: the main thread takes what
 * they do not, so one that could not start costs speed only.
 */
export class Pool {
  private readonly workers: Worker[];
  /** Settles when every worker serves, or has failed to. */
  readonly started: Promise<void>;

  constructor(
    threads: number,
    start: Omit<WorkerStart, "thread">,
    private readonly kernels: PoolExports,
  ) {
    this.workers = Array.from({ length: threads - 1 }, (_, i) => startWorker({ ...start, thread: i + 1 }));
    this.started = this.whenStarted();
  }

  private async whenStarted(): Promise<void> {
    // A thread that is ended while it loads a native library takes the whole program with it: an exit waits for it.
    const hold = () => this.kernels.awaitWorkers(this.workers.length, START_SECONDS * 1000);
    process.once("exit", hold);
    await Promise.all(this.workers.map(served));
    process.off("exit", hold);
    for (const worker of this.workers) worker.unref(); // a program that has nothing else to do ends
  }

  /** Lets the workers go, between two jobs. They are not ended but leave by themselves, for the reason above. */
  async close(): Promise<void> {
    await this.started;
    this.kernels.closePool();
  }
}

function startWorker(start: WorkerStart): Worker {
  // No stdin, and no flags of the program that it is part of (a debugger's, a test runner's).
  const worker = new Worker(workerFile, { workerData: start, execArgv: [], stdin: false });
  worker.on("error", (error) => process.emitWarning(`a tensor thread ended: ${error.message}`));
  return worker;
}

/** The worker says when it is about to serve; one that ends has nothing to say any more. */
const served = (worker: Worker): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, START_SECONDS * 1000);
    for (const event of ["message", "exit"]) {
      worker.once(event, () => {
        clearTimeout(timer);
        resolve();
      });
    }
  });
