import * as tf from "@tensorflow/tfjs";
import { peakMemory, useBackend } from "../../kernel-utils/src/tensor";

beforeAll(() => useBackend("wasm"));

it("sees what was held in between and is gone again, and what is left", async () => {
  const { peakBytes, leftBytes, result } = await peakMemory(() => {
    tf.tidy(() => {
      tf.add(tf.ones([100]), tf.ones([100])); // two operands and a sum, 400 bytes each
    });
    return tf.ones([10]);
  });
  expect([peakBytes, leftBytes]).toEqual([1200, 40]);
  result.dispose();
});

it("counts memory that two tensors share once", async () => {
  const { peakBytes, leftBytes } = await peakMemory(() => {
    const x = tf.ones([100]);
    const reshaped = x.reshape([10, 10]);
    x.dispose();
    reshaped.dispose();
  });
  expect([peakBytes, leftBytes]).toEqual([400, 0]);
});

it("knows that memory from before was given back", async () => {
  const x = tf.ones([50]);
  expect(await peakMemory(() => x.dispose())).toMatchObject({ peakBytes: 0, leftBytes: -200 });
});

it("stops watching where the body throws", async () => {
  const { trackTensor } = tf.engine() as unknown as { trackTensor: unknown };
  const failing = peakMemory(() => {
    throw new Error("no");
  });
  await expect(failing).rejects.toThrow("no");
  expect((tf.engine() as unknown as { trackTensor: unknown }).trackTensor).toBe(trackTensor);
});
