import * as tf from "@tensorflow/tfjs";
import { peakMemory, useBackend } from "../../kernel-utils/src/tensor";

beforeAll(() => useBackend("wasm"));

it("sees what was held in between and is gone again", async () => {
  const { peakBytes, bytesBefore, result } = await peakMemory(() => {
    tf.tidy(() => {
      tf.add(tf.ones([100]), tf.ones([100])); // two operands and a sum, 400 bytes each
    });
    return tf.ones([10]);
  });
  expect(peakBytes - bytesBefore).toBeGreaterThanOrEqual(1200);
  expect(peakBytes - bytesBefore).toBeLessThan(1300);
  expect(tf.memory().numBytes - bytesBefore).toBe(40);
  result.dispose();
  expect(tf.memory().numBytes).toBe(bytesBefore);
});

it("leaves the count as it was where the body throws", async () => {
  const before = tf.memory().numBytes;
  await expect(
    peakMemory(() => {
      throw new Error("no");
    }),
  ).rejects.toThrow("no");
  expect(tf.memory().numBytes).toBe(before);
  tf.ones([4]).dispose();
  expect(tf.memory().numBytes).toBe(before);
});
