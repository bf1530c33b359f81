import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";
import { useBackend } from "../../../kernel-utils/src/tensor";
import { wasmHeap } from "../../../kernel-utils/src/tensor/wasm/install";

it("starts a wasm backend anew that somebody else had started, to find its memory", async () => {
  await tf.setBackend("wasm");
  expect(tf.matMul(tf.ones([2, 3]), tf.ones([3, 2])).dataSync()[0]).toBe(3);
  expect(wasmHeap()).toBeUndefined();
  expect((await useBackend("wasm")).chosen).toBe("wasm");
  expect(wasmHeap()).toBeDefined();
  expect(tf.matMul(tf.ones([2, 3]), tf.ones([3, 2])).dataSync()[0]).toBe(3);
});

it("leaves WebAssembly.instantiate as it found it", () => {
  const { WebAssembly } = globalThis as unknown as { WebAssembly: { instantiate: () => unknown } };
  expect(WebAssembly.instantiate.toString()).toContain("[native code]");
});
