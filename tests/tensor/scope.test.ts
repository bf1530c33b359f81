import * as tf from "@tensorflow/tfjs";
import { scope, scopeAsync } from "../../kernel-utils/src/tensor";
import { onBackends } from "./support";

onBackends(["cpu"], () => {
  it("keeps what is returned and frees the rest", () => {
    const before = tf.memory().numTensors;
    const { sum } = scope("sum", () => ({ sum: tf.add(tf.scalar(1), tf.scalar(2)) }));
    expect(sum.dataSync()[0]).toBe(3);
    expect(tf.memory().numTensors).toBe(before + 1);
    sum.dispose();
  });

  it("names how many tensors were kept behind its back", () => {
    const kept: tf.Tensor[] = [];
    const leak = () => {
      kept.push(tf.keep(tf.scalar(1)), tf.keep(tf.scalar(2)));
      return tf.scalar(3);
    };
    expect(() => scope("step", leak)).toThrow(/scope "step": 2 tensors outlived the scope/);
    tf.dispose(kept);
  });

  it("does not take a variable made on purpose for a leak, returned or not", () => {
    const variables = scope("make", () => {
      tf.variable(tf.scalar(1), true, "unreturned");
      return [tf.variable(tf.scalar(2), true, "returned")];
    });
    expect(variables[0].dataSync()[0]).toBe(2);
    tf.disposeVariables();
  });

  it("does not count a tensor from outside that is passed through", () => {
    const outside = tf.scalar(1);
    const kept: tf.Tensor[] = [];
    const passThrough = () => {
      kept.push(tf.keep(tf.scalar(2)));
      return outside;
    };
    expect(() => scope("pass", passThrough)).toThrow(/1 tensor outlived/); // the returned one must not hide the leak
    tf.dispose([outside, ...kept]);
  });

  it("works inside a gradient, whose tape holds tensors of its own", () => {
    const gradient = tf.grad((x: tf.Tensor) => scope("inner", () => tf.sum(tf.square(x))));
    expect(gradient(tf.scalar(3)).dataSync()[0]).toBe(6);
  });

  it("proves an awaiting body too, and closes its scope when it throws", async () => {
    const before = tf.memory().numTensors;
    const value = await scopeAsync("async", async () => {
      await tf.scalar(1).data();
      return tf.scalar(2);
    });
    expect(tf.memory().numTensors).toBe(before + 1);
    value.dispose();
    const failing = scopeAsync("async", async () => {
      tf.scalar(1);
      throw new Error("stopped");
    });
    await expect(failing).rejects.toThrow("stopped");
    expect(tf.memory().numTensors).toBe(before);
    const kept: tf.Tensor[] = [];
    const leaking = scopeAsync("async", async () => {
      kept.push(tf.keep(tf.scalar(1)));
      return [];
    });
    await expect(leaking).rejects.toThrow(/1 tensor outlived/);
    tf.dispose(kept);
  });
});
