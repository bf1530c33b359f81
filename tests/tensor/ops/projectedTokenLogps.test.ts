import * as tf from "@tensorflow/tfjs";
import { linear, projectedTokenLogps, tokenLogps } from "../../../kernel-utils/src/tensor";
import type { WasmBackend } from "../../../kernel-utils/src/tensor/wasm/heap";
import { expectClose, expectGradient, expectSame, itChecksIndices, normal, onBackends } from "../support";

const labels = (...values: number[]) => tf.tensor1d(values, "int32");
const asMatrices = (f: (h: tf.Tensor2D, w: tf.Tensor2D) => tf.Tensor) => (h: tf.Tensor, w: tf.Tensor) =>
  f(h as tf.Tensor2D, w as tf.Tensor2D);

onBackends(["wasm", "cpu"], (name) => {
  it("is ln p of the label: W h = (0, ln 3) gives softmax (1/4, 3/4)", () => {
    const weight = tf.tensor2d([0, 1], [2, 1]);
    expectClose(projectedTokenLogps(tf.fill([2, 1], Math.log(3)), weight, labels(1, 0)), [
      Math.log(0.75),
      Math.log(0.25),
    ]);
  });
  it("has its gradients, by central differences", () => {
    const f = asMatrices((h, w) => projectedTokenLogps(h, w, labels(0, 4, -100, 2)));
    expectGradient(f, [normal([4, 3], 1), normal([5, 3], 2)]);
  });
  it("is tokenLogps of the linear map, at extremes and with nothing to count", () => {
    const ids = labels(0, -100, 8, 3, 3);
    const composed = asMatrices((h, w) => tokenLogps(linear(h, w), ids));
    for (const scale of [1, 30]) {
      const inputs = [tf.mul(normal([5, 7], 1), scale), normal([9, 7], 2)];
      expectSame(
        asMatrices((h, w) => projectedTokenLogps(h, w, ids)),
        composed,
        inputs,
      );
    }
    const none = tf.grad((h: tf.Tensor) =>
      tf.sum(projectedTokenLogps(h as tf.Tensor2D, normal([9, 7], 2), labels(-100))),
    );
    expectClose(none(normal([1, 7], 1)), new Array(7).fill(0), 0);
  });
  it("refuses shapes that do not belong together", () => {
    const [h, w] = [tf.zeros<tf.Rank.R2>([2, 3]), tf.zeros<tf.Rank.R2>([5, 3])];
    expect(() => projectedTokenLogps(h, w, labels(1))).toThrow(/labels.*\[1\]/);
    expect(() => projectedTokenLogps(h, tf.zeros([5, 4]), labels(1, 1))).toThrow(/\[5,4\]/);
  });
  itChecksIndices(name, "refuses labels outside the vocabulary", () => {
    const refused = () => projectedTokenLogps(tf.zeros([2, 3]), tf.zeros([5, 3]), labels(1, 5));
    expect(refused).toThrow(/label 5 at position 1 is outside 0 … 4/);
  });
  if (name === "wasm") {
    it("never holds the logits twice: value and gradient peak below two [N, V]", () => {
      const [N, V, d] = [64, 3000, 4];
      const [h, w] = [normal<tf.Rank.R2>([N, d], 1), normal<tf.Rank.R2>([V, d], 2)];
      const ids = tf.tensor1d(
        Int32Array.from({ length: N }, (_, i) => i),
        "int32",
      );
      const peakOf = (f: (h: tf.Tensor2D, w: tf.Tensor2D) => tf.Tensor): number => {
        const { wasm } = tf.backend() as unknown as WasmBackend;
        const [malloc, free, held] = [wasm._malloc, wasm._free, new Map<number, number>()];
        let [live, peak] = [0, 0];
        wasm._malloc = (bytes) => {
          const address = malloc(bytes);
          held.set(address, bytes);
          live += bytes;
          peak = Math.max(peak, live);
          return address;
        };
        wasm._free = (address) => {
          live -= held.get(address) ?? 0;
          held.delete(address);
          free(address);
        };
        tf.dispose(tf.grads((a: tf.Tensor, b: tf.Tensor) => tf.sum(f(a as tf.Tensor2D, b as tf.Tensor2D)))([h, w]));
        [wasm._malloc, wasm._free] = [malloc, free];
        return peak;
      };
      const logitsBytes = 4 * N * V;
      expect(peakOf((a, b) => projectedTokenLogps(a, b, ids))).toBeLessThan(1.5 * logitsBytes);
      expect(peakOf((a, b) => tokenLogps(linear(a, b), ids))).toBeGreaterThan(1.9 * logitsBytes); // the measure does measure
    });
    it("says so when its gradient is asked for twice, since the first wrote over what it needs", () => {
      const f = (h: tf.Tensor) => tf.sum(projectedTokenLogps(h as tf.Tensor2D, normal([5, 3], 2), labels(1)));
      expect(() => tf.grad(tf.grad(f) as unknown as (x: tf.Tensor) => tf.Tensor)(normal([1, 3], 1))).toThrow();
    });
  }
});
