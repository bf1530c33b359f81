/** A thread of the pool: joins it, and serves until the pool is closed or the program ends. */
import { parentPort, workerData } from "node:worker_threads";
import { loadBlas, noSgemm } from "../blas/library";
import { instantiateKernels } from "./kernelPack";
import type { WorkerStart } from "./pool";

const { compiled, memory, control, thread, blas } = workerData as WorkerStart;
const kernels = instantiateKernels(compiled, memory, blas ? loadBlas(blas).sgemmOn(memory.buffer) : noSgemm);
kernels.joinPool(control);
parentPort?.postMessage("ready");
kernels.serve(thread);
