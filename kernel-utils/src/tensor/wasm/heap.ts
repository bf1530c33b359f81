import type * as tf from "@tensorflow/tfjs";
import { addressSpaceBytes, heapFull } from "../backend/memoryBudget";
import { type BlasLocation, loadBlas, noSgemm, type Sgemm } from "../blas/library";
import { compileKernels, instantiateKernels, type KernelName, kernelNumbers, type PoolExports } from "./kernelPack";
import { Pool } from "./pool";
import { importSharedMemory } from "./sharedMemory";
import { type WasmMemory, webAssembly } from "./webAssembly";

/** What is used of the stock backend. These are its internals, hence the exact version pin. */
export interface WasmBackend {
  wasm: { HEAPU8: Uint8Array; _malloc(bytes: number): number; _free(address: number): void };
  dataIdMap: { get(dataId: object): { memoryOffset: number } };
  incRef(dataId: object): void;
  makeOutput(shape: number[], dtype: tf.DataType): tf.TensorInfo;
  typedArrayFromHeap(tensor: tf.TensorInfo): Float32Array | Int32Array | Uint8Array;
  refCount(dataId: object): number;
}

/** How the kernels run. */
export interface Engine {
  /** Threads that share the work, the main one among them. */
  threads: number;
  /** The native library that multiplies, where one is used. */
  blas?: BlasLocation;
}

/** A job smaller than this, in nanoseconds of one thread, is over before another thread has woken. */
const WORTH_SHARING = 30_000;
/** Parts a thread: a few more than one, so that a thread that the system took away does not hold up the others long. */
const PARTS_PER_THREAD = 4;

/** The stock backend's heap, with our kernels running on it. Tensors are addresses here: nothing is copied. */
export class WasmHeap {
  /** Working memory of the kernels, made once and grown when one asks for more. */
  private scratchAddress = 0;
  private scratchBytes = 0;
  private readonly compiled = compileKernels();
  private readonly numbers: Record<KernelName, number>;
  private sgemm: Sgemm = noSgemm;
  private slots!: Float64Array;
  private pool?: Pool;
  private running: Engine = { threads: 1 };
  /** The instance of the main thread. */
  readonly kernels: PoolExports;

  constructor(
    readonly backend: WasmBackend,
    private readonly memory: WasmMemory,
  ) {
    refuseWhenFull(backend);
    this.kernels = instantiateKernels(this.compiled, memory, (...args) => this.sgemm(...args));
    this.numbers = kernelNumbers(this.kernels);
    this.openPool();
  }

  get engine(): Readonly<Engine> {
    return this.running;
  }

  /** Changes threads and library, between two jobs; returns when the new threads serve. */
  async use(engine: Engine): Promise<void> {
    await this.pool?.close();
    this.pool = undefined;
    this.sgemm = engine.blas ? loadBlas(engine.blas).sgemmOn(this.memory.buffer) : noSgemm;
    const control = this.openPool();
    this.running = engine;
    this.freeScratch();
    if (engine.threads === 1) return;
    const { compiled, memory } = this;
    this.pool = new Pool(engine.threads, { compiled, memory, control, blas: engine.blas }, this.kernels);
    await this.pool.started;
  }

  /** A block of its own for each pool: a thread of the last one may still be looking at the old. Never freed therefore. */
  private openPool(): number {
    const bytes = this.kernels.poolBytes();
    const control = Math.ceil(this.allocate(bytes + 64) / 64) * 64;
    new Uint8Array(this.memory.buffer, control, bytes).fill(0);
    this.kernels.joinPool(control);
    this.slots = new Float64Array(this.memory.buffer, this.kernels.slotsAddress() >>> 0, 32);
    return control;
  }

  address(tensor: tf.TensorInfo): number {
    return this.backend.dataIdMap.get(tensor.dataId).memoryOffset >>> 0;
  }

  output(shape: number[], dtype: tf.DataType = "float32"): tf.TensorInfo {
    return this.backend.makeOutput(shape, dtype);
  }

  allocate(bytes: number): number {
    return this.backend.wasm._malloc(bytes) >>> 0;
  }

  free(address: number): void {
    this.backend.wasm._free(address);
  }

  /**
   * Runs a kernel to its end.
   *
   * @param parts how many pieces any thread may take; see the kernel in assembly/ for what a piece is
   * @param slots its arguments, in the order that the kernel names
   */
  run(kernel: KernelName, parts: number, slots: ArrayLike<number>): void {
    this.slots.set(slots);
    this.kernels.dispatch(this.numbers[kernel], parts);
  }

  /** How many parts a job of so many nanoseconds should have, when it can be cut anywhere among `pieces`. */
  partsFor(nanoseconds: number, pieces: number): number {
    const { threads } = this.running;
    if (threads === 1 || nanoseconds < WORTH_SHARING) return 1;
    const wanted = Math.min(threads * PARTS_PER_THREAD, Math.ceil(nanoseconds / (WORTH_SHARING / 2)));
    return Math.max(1, Math.min(pieces, wanted));
  }

  /** At least `extraBytes` of free room, then the matrix product's own for every thread; valid until the next call. */
  scratch(extraBytes = 0): { room: number; gemm: number } {
    const rounded = Math.ceil(extraBytes / 16) * 16;
    const bytes = rounded + this.kernels.gemmScratchBytes() * this.running.threads;
    if (bytes > this.scratchBytes) {
      this.freeScratch();
      this.scratchAddress = this.allocate(bytes);
      this.scratchBytes = bytes;
    }
    return { room: this.scratchAddress, gemm: this.scratchAddress + rounded };
  }

  private freeScratch(): void {
    if (this.scratchAddress) this.free(this.scratchAddress);
    [this.scratchAddress, this.scratchBytes] = [0, 0];
  }

  /** A view of floats at an address. Taken afresh each time: a view made before the heap grew ends where it ended. */
  floats(address: number, length: number): Float32Array {
    return new Float32Array(this.memory.buffer, address, length);
  }

  integers(address: number, length: number): Int32Array {
    return new Int32Array(this.memory.buffer, address, length);
  }

  /** A view of bytes, for records of several kinds of number. */
  bytes(address: number, length: number): DataView {
    return new DataView(this.memory.buffer, address, length);
  }

  /** As `floats`, in double precision. */
  doubles(address: number, length: number): Float64Array {
    return new Float64Array(this.memory.buffer, address, length);
  }
}

/** The stock backend writes to address 0 when the heap is full; an error that says so is better. */
function refuseWhenFull(backend: WasmBackend): void {
  const { wasm } = backend;
  wasm._free(wasm._malloc(16)); // the first call makes the stock module replace its own _malloc, and would undo ours
  const allocate = wasm._malloc;
  wasm._malloc = (bytes: number): number => {
    const address = bytes < addressSpaceBytes ? allocate(bytes) : 0;
    if (address === 0 && bytes > 0) throw heapFull(bytes, wasm.HEAPU8.length);
    return address;
  };
}

/** The stock backend reads its module from a file under Node, and from the network in a page. */
const bytesOf = (source: unknown): Uint8Array =>
  source instanceof ArrayBuffer ? new Uint8Array(source) : (source as Uint8Array);

/** Starts the stock backend on a memory that threads can share; WebAssembly is put back as it was at once. */
export async function withSharedMemory(start: () => Promise<unknown>): Promise<WasmMemory[]> {
  const memories: WasmMemory[] = [];
  const api = webAssembly();
  const stock = api.instantiate;
  api.instantiate = async (source, imports) => {
    const { bytes, initial, maximum } = importSharedMemory(bytesOf(source));
    const memory = new api.Memory({ initial, maximum, shared: true });
    memories.push(memory);
    const { env, ...others } = imports as Record<string, object>;
    return stock(bytes, { ...others, env: { ...env, memory } });
  };
  try {
    await start();
    return memories;
  } finally {
    api.instantiate = stock;
  }
}
