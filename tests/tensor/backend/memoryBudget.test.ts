import * as tf from "@tensorflow/tfjs";
import { checkMemoryBudget, useBackend } from "../../../kernel-utils/src/tensor";
import { wasmHeap } from "../../../kernel-utils/src/tensor/wasm/install";

it("lets 100 million parameters train and refuses 300 million: 4.8 GB at 16 bytes each", () => {
  checkMemoryBudget(100e6, 1e9);
  expect(() => checkMemoryBudget(300e6)).toThrow(/needs 4.47 GiB \(300000000 parameters at 16 bytes/);
});

it("counts the activations", () => {
  expect(() => checkMemoryBudget(100e6, 3e9)).toThrow(/2.79 GiB of activations.*smaller model or batch/);
});

it("says that the heap is full instead of writing to address 0", async () => {
  await useBackend("wasm");
  const before = tf.memory().numTensors;
  expect(() => tf.fill([1025, 1024, 1024], 0)).toThrow(/no room for 4.00 GiB more .* heap ends at 4 GiB/);
  const heap = wasmHeap()!; // addresses only: nothing is written, so no memory is really taken
  const half = heap.allocate(2 ** 31);
  expect(() => heap.allocate(2 ** 31)).toThrow(/no room for 2.00 GiB more beside the \d.\d\d GiB held/);
  heap.free(half);
  expect(tf.memory().numTensors).toBe(before);
  expect(tf.sum(tf.ones([3])).dataSync()[0]).toBe(3);
});
