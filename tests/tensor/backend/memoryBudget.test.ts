import * as tf from "@tensorflow/tfjs";
import { checkMemoryBudget, useBackend } from "../../../kernel-utils/src/tensor";
import { wasmHeap } from "../../../kernel-utils/src/tensor/wasm/install";

const parts = { weights: 0.4e9, gradients: 0.4e9, moments: 0.8e9 };

it("lets 100 million parameters train with a gigabyte of activations, and refuses three: 4.6 GB", () => {
  checkMemoryBudget("trainer: a step", { ...parts, activations: 1e9 }, "take less");
  const refused =
    /^trainer: a step needs 4.28 GiB \(weights 0.37 GiB, .* activations 2.79 GiB\), .* 3.60 GiB can be had; take less$/;
  expect(() => checkMemoryBudget("trainer: a step", { ...parts, activations: 3e9 }, "take less")).toThrow(refused);
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
