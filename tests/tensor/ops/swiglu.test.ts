import * as tf from "@tensorflow/tfjs";
import { swiglu } from "../../../kernel-utils/src/tensor";
import { swigluPlain } from "../../../kernel-utils/src/tensor/ops/swiglu";
import { expectClose, expectGradient, expectSame, normal, onBackends } from "../support";

onBackends(["wasm", "cpu"], (name) => {
  it("is g σ(g) u: 0 at 0, 1.4621172 at (1, 2), u g far above and 0 far below", () => {
    const gate = tf.tensor1d([0, 1, 200, -200, 1e30]);
    expectClose(swiglu(gate, tf.tensor1d([5, 2, 3, 3, 1])), [0, 2 / (1 + Math.exp(-1)), 600, 0, 1e30]);
  });
  it("has its gradient", () => expectGradient(swiglu, [normal([3, 5], 1), normal([3, 5], 2)]));
  it("has gradients 1 and 0 where the gate is far open or shut, never NaN", () => {
    const [gate] = tf.grads((g: tf.Tensor, u: tf.Tensor) => tf.sum(swiglu(g, u)))([
      tf.tensor1d([100, -100]),
      tf.ones([2]),
    ]);
    expectClose(gate, [1, 0]);
  });
  it("refuses shapes that would broadcast", () => {
    expect(() => swiglu(tf.ones([2, 3]), tf.ones([3]))).toThrow(/gate has shape \[2,3\], up has \[3\]/);
  });
  if (name === "wasm") {
    it.each([1, 4, 5, 131])("is the composition for %d elements", (n) => {
      expectSame(swiglu, swigluPlain, [tf.mul(normal([n], 1), 8), normal([n], 2)]);
    });
  }
});
