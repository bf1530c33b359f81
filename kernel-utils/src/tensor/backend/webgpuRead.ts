import { runInThisContext } from "node:vm";
import * as tf from "@tensorflow/tfjs";
import { CourseError } from "../../errors";

/** What TF.js' WebGPU backend 4.22.0 does while it reads a tensor; internal, hence the exact version. */
export interface WebgpuBackend {
  tensorMap: { get(dataId: object): { values?: tf.BackendValues; dtype: tf.DataType; resource: Buffer } };
  bufferManager: { acquireBuffer(size: number, usage: number): Buffer; releaseBuffer(buffer: Buffer): void };
  commandEncoder: { copyBufferToBuffer(from: Buffer, at: number, to: Buffer, toAt: number, size: number): void };
  ensureCommandEncoderReady(): void;
  endComputePassEncoder(): void;
  submitQueue(): void;
  convertAndCacheOnCPU(dataId: object, values: tf.BackendValues): tf.BackendValues;
  readSync(dataId: object): tf.BackendValues;
}

/** A GPUBuffer, as far as it is used here. */
interface Buffer {
  size: number;
  mapState: "unmapped" | "pending" | "mapped";
  mapAsync(mode: number): Promise<void>;
  getMappedRange(): ArrayBuffer;
  unmap(): void;
}

/** GPUBufferUsage.COPY_DST | MAP_READ and GPUMapMode.READ: https://www.w3.org/TR/webgpu/#buffer-usage. */
const [copyTargetToMap, mapToRead] = [0x0008 | 0x0001, 0x0001];

type Due = Set<() => void>;
const dueKey = Symbol.for("kernel-utils: due events of Dawn");

/** Dawn's callbacks are made in C++: native, without a name or a parameter, unlike a promise's `resolve`. */
const isDawns = (callback: unknown): callback is () => void =>
  typeof callback === "function" &&
  callback.name === "" &&
  callback.length === 0 &&
  Function.prototype.toString.call(callback).includes("[native code]");

/**
 * Dawn looks at its events in a `setImmediate` of its own, so nothing arrives while JavaScript runs. From here on those
 * callbacks, and no others, can also be run early, by `runDue`. Call it before Dawn starts; a second call changes nothing.
 */
export function watchEvents(): void {
  // Dawn takes setImmediate from Node's own global object, which is not `globalThis` inside a sandbox such as Jest's.
  const global = runInThisContext("globalThis") as { setImmediate: typeof setImmediate & { [dueKey]?: Due } };
  const stock = global.setImmediate;
  if (stock[dueKey]) return;
  const due: Due = new Set();
  const watched = (callback: (...args: unknown[]) => void, ...args: unknown[]) => {
    if (!isDawns(callback) || args.length > 0) return stock(callback, ...args);
    const once = (): void => void (due.delete(once) && callback());
    due.add(once);
    return stock(once);
  };
  const properties = { ...Object.getOwnPropertyDescriptors(stock), [dueKey]: { value: due } };
  global.setImmediate = Object.defineProperties(watched, properties) as unknown as typeof setImmediate;
}

const instanceKey = Symbol.for("kernel-utils: the instance of Dawn");

/** The one instance of Dawn in this process: what `create` gives at the first call, again at every later one. */
export function theOnly<T>(create: () => T): T {
  const kept = runInThisContext("globalThis") as { [instanceKey]?: T };
  kept[instanceKey] ??= create();
  return kept[instanceKey];
}

/** Lets Dawn look at its events now. */
function runDue(): void {
  const { setImmediate } = runInThisContext("globalThis") as { setImmediate: { [dueKey]?: Due } };
  for (const event of [...(setImmediate[dueKey] ?? [])]) event();
}

const sleeper = new Int32Array(new SharedArrayBuffer(4));

/** Waits until the buffer is mapped, without returning to the event loop. */
function waitUntilMapped(buffer: Buffer): void {
  for (let looks = 0; buffer.mapState === "pending"; looks++) {
    runDue();
    if (looks > 20) Atomics.wait(sleeper, 0, 0, 0.1); // leave the cores to a software adapter
  }
  if (buffer.mapState === "mapped") return;
  throw new CourseError("backend", "webgpu: a result could not be read, the device was lost; restart the kernel");
}

function bytesOf(backend: WebgpuBackend, source: Buffer): ArrayBuffer {
  const staging = backend.bufferManager.acquireBuffer(source.size, copyTargetToMap);
  backend.ensureCommandEncoderReady();
  backend.endComputePassEncoder();
  backend.commandEncoder.copyBufferToBuffer(source, 0, staging, 0, source.size);
  backend.submitQueue();
  staging.mapAsync(mapToRead).catch(() => {}); // its failure shows in mapState
  waitUntilMapped(staging);
  const bytes = staging.getMappedRange().slice(0);
  staging.unmap();
  backend.bufferManager.releaseBuffer(staging);
  return bytes;
}

/** Gives the backend a `readSync`, hence `dataSync`, for Node: its own reads through a browser's canvas. */
export function readAtOnce(backend: WebgpuBackend): void {
  const stock = backend.readSync;
  backend.readSync = (dataId) => {
    const { values, dtype, resource } = backend.tensorMap.get(dataId);
    if (values || dtype === "string" || dtype === "complex64") return stock.call(backend, dataId);
    const read = tf.util.convertBackendValuesAndArrayBuffer(bytesOf(backend, resource), dtype);
    return backend.convertAndCacheOnCPU(dataId, read);
  };
}
