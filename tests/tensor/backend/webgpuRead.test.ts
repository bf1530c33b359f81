/** Reading at once, on a device that answers as Dawn does: in a native callback that it hands to Node's setImmediate. */
import { runInThisContext } from "node:vm";
import {
  readAtOnce,
  theOnly,
  type WebgpuBackend,
  watchEvents,
} from "../../../kernel-utils/src/tensor/backend/webgpuRead";

const main = runInThisContext("globalThis") as { setImmediate: typeof setImmediate };
/** A function whose source is native and which has no name, as those made in C++. */
const native = (body: () => void): (() => void) =>
  new Proxy(body, { get: (f, key) => (key === "name" ? "" : Reflect.get(f, key)) });

type Buffer = ReturnType<WebgpuBackend["bufferManager"]["acquireBuffer"]>;

/** A device whose buffer holds `values` and is mapped at the second look at the events; or lost, then. */
function fakeBackend(values: number[], outcome: "mapped" | "unmapped") {
  const staging: Buffer = {
    size: values.length * 4,
    mapState: "unmapped",
    mapAsync: () => {
      staging.mapState = "pending";
      const done = native(() => {
        staging.mapState = outcome;
      });
      main.setImmediate(native(() => void main.setImmediate(done)));
      return Promise.resolve();
    },
    getMappedRange: () => Float32Array.from(values).buffer,
    unmap: () => {},
  };
  const released: unknown[] = [];
  const backend = {
    tensorMap: { get: () => ({ dtype: "float32", resource: { size: values.length * 4 } }) },
    bufferManager: { acquireBuffer: () => staging, releaseBuffer: (buffer: unknown) => released.push(buffer) },
    commandEncoder: { copyBufferToBuffer: () => {} },
    ensureCommandEncoderReady: () => {},
    endComputePassEncoder: () => {},
    submitQueue: () => {},
    convertAndCacheOnCPU: (_: object, read: unknown) => read,
    readSync: () => [],
  } as unknown as WebgpuBackend;
  return { backend, staging, released };
}

beforeAll(watchEvents);

it("gives the values before JavaScript returns to the event loop, and the buffer back", () => {
  const { backend, staging, released } = fakeBackend([1, -2, 0.5], "mapped");
  readAtOnce(backend);
  expect(Array.from(backend.readSync({}) as Float32Array)).toEqual([1, -2, 0.5]);
  expect(released).toEqual([staging]);
});

it("says so when the device is lost, rather than wait for ever", () => {
  const { backend } = fakeBackend([1], "unmapped");
  readAtOnce(backend);
  expect(() => backend.readSync({})).toThrow(/the device was lost/);
});

it("runs nobody else's callback early, and each of them once", async () => {
  const ran: string[] = [];
  main.setImmediate(() => ran.push("ours"));
  main.setImmediate((text: string) => ran.push(text), "with an argument");
  main.setImmediate(native(() => ran.push("native")));
  const { backend } = fakeBackend([1], "mapped");
  readAtOnce(backend);
  backend.readSync({});
  expect(ran).toEqual(["native"]);
  await new Promise((resolve) => main.setImmediate(resolve));
  expect(ran).toEqual(["native", "ours", "with an argument"]);
});

it("replaces setImmediate once, and keeps one instance a process", () => {
  const watched = main.setImmediate;
  watchEvents();
  expect(main.setImmediate).toBe(watched);
  const first = theOnly(() => ({}));
  expect(theOnly(() => ({}))).toBe(first);
});
