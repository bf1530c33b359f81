import { readFileSync } from "node:fs";
import * as tf from "@tensorflow/tfjs";
import { useBackend } from "../../../kernel-utils/src/tensor";
import { wasmHeap } from "../../../kernel-utils/src/tensor/wasm/install";
import { importSharedMemory } from "../../../kernel-utils/src/tensor/wasm/sharedMemory";

const stock = readFileSync(require.resolve("@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm"));
const { WebAssembly } = globalThis as unknown as {
  WebAssembly: {
    Module: { new (bytes: Uint8Array): object; imports(module: object): unknown[]; exports(m: object): unknown[] };
  };
};

it("moves the memory of the stock module from its own section to its imports, and nothing else", () => {
  const { bytes, initial, maximum } = importSharedMemory(stock);
  const [before, after] = [stock, bytes].map((source) => new WebAssembly.Module(source));
  expect(WebAssembly.Module.exports(after)).toEqual(WebAssembly.Module.exports(before));
  const memory = { module: "env", name: "memory", kind: "memory" };
  expect(WebAssembly.Module.imports(after)).toEqual([...WebAssembly.Module.imports(before), memory]);
  expect([initial, maximum]).toEqual([256, 65536]); // 16 MiB and 4 GiB in pages of 64 KiB
});

it("refuses a module without a memory of its own, by saying which version fits", () => {
  const { bytes } = importSharedMemory(stock);
  expect(() => importSharedMemory(bytes)).toThrow(/has an unknown form/);
});

it("computes on shared memory, also after the heap has grown", async () => {
  await useBackend("wasm");
  const heap = wasmHeap()!;
  expect(heap.backend.wasm.HEAPU8.buffer).toBeInstanceOf(SharedArrayBuffer);
  const before = heap.backend.wasm.HEAPU8.length;
  const old = tf.fill([4, 4], 2);
  const large = tf.fill([before / 4], 3);
  expect(heap.backend.wasm.HEAPU8.length).toBeGreaterThan(before);
  const sum = tf.sum(tf.matMul(tf.reshape(tf.slice(large, 0, 16), [4, 4]), old as tf.Tensor2D));
  expect(sum.dataSync()[0]).toBe(16 * 4 * 6);
  expect(Object.prototype.toString.call((await sum.data()).buffer)).toBe("[object ArrayBuffer]"); // what is read is a copy
});
