import * as tf from "@tensorflow/tfjs";
import "../../kernel-utils/src/notebook";
import { tensorBundle } from "../../kernel-utils/src/notebook/values/tensor";
import { logged, shown } from "../notebook-display/forms";

const textOf = async (tensor: tf.Tensor): Promise<string> => (await shown(tensor)).text;

describe("a tensor as the last expression of a cell", () => {
  beforeAll(() => tf.setBackend("cpu"));
  afterAll(() => tf.disposeVariables());

  it("shows a matrix with its shape, type, values and totals", async () => {
    const { html, text } = await shown(
      tf.tensor2d([
        [1, -2.5],
        [Number.NaN, 4],
        [Infinity, 0.5],
      ]),
    );
    expect(text).toBe(
      "Tensor float32 [3, 2]\n    1  −2.500\n  NaN       4\n    ∞  0.5000\nmin −2.500, mean 0.7500, max 4, NaN 1, infinite 1",
    );
    expect(html).toContain(
      '<caption style="text-align:left;caption-side:top;white-space:nowrap">Tensor float32 [3, 2]',
    );
    expect(html).toMatch(/<th scope="col"[^>]*>row<\/th><th scope="col"[^>]*>0<\/th><th scope="col"[^>]*>1<\/th>/);
    expect(html).toMatch(/<th scope="row"[^>]*>2<\/th><td[^>]*>∞<\/td>/);
  });

  it("puts a list on one line, a single number beside its name", async () => {
    expect(await textOf(tf.tensor1d([3, 1, 2], "int32"))).toBe("Tensor int32 [3]: [3, 1, 2]\nmin 1, mean 2, max 3");
    expect(await textOf(tf.scalar(0.25))).toBe("Tensor float32 scalar: 0.2500");
    expect(await textOf(tf.tensor1d([true, false, true], "bool"))).toBe(
      "Tensor bool [3]: [true, false, true]\ntrue 2, of 3",
    );
    expect(await textOf(tf.tensor1d(["a", "<b>"], "string"))).toBe("Tensor string [2]: [a, <b>]");
    expect((await shown(tf.tensor1d(["<b>"], "string"))).html).toContain("&lt;b&gt;");
    expect(await textOf(tf.complex([1, 2], [-3, 0.5]))).toBe("Tensor complex64 [2]: [1−3i, 2+0.5i]");
  });

  it("shows both ends of long axes, and the first matrix of many", async () => {
    const counting = tf.range(0, 3 * 20 * 30).reshape([3, 20, 30]);
    const lines = (await textOf(counting)).split("\n");
    expect(lines[0]).toBe("Tensor float32 [3, 20, 30]; shown is [0, :, :]");
    expect(lines.slice(1, -1).map((line) => line.trim().split(/ +/).join(" "))).toEqual([
      "0 1 2 3 4 … 28 29",
      "30 31 32 33 34 … 58 59",
      "60 61 62 63 64 … 88 89",
      "90 91 92 93 94 … 118 119",
      "120 121 122 123 124 … 148 149",
      "… … … … … … … …",
      "540 541 542 543 544 … 568 569",
      "570 571 572 573 574 … 598 599",
    ]);
    expect(lines[lines.length - 1]).toBe("min 0, mean 899.5, max 1799");
  });

  it("reads a large tensor's corners and totals only", async () => {
    const size = 300;
    const large = tf.tidy(() => tf.add(tf.range(0, size).reshape([size, 1]), tf.range(0, size).div(size)));
    const poisoned = tf.tidy(() => tf.where(tf.equal(large, 150), tf.fill(large.shape, Number.NaN), large));
    const [before, readings] = [tf.memory().numTensors, [] as number[]];
    const read = jest.spyOn(tf.Tensor.prototype, "dataSync").mockImplementation(function (this: tf.Tensor) {
      readings.push(this.size);
      return tf.backend().readSync(this.dataId) as never;
    });
    const text = await textOf(poisoned);
    read.mockRestore();
    expect(readings).toEqual([49, 5]); // 7 rows of 7 columns, and five totals
    expect(tf.memory().numTensors).toBe(before);
    expect(text).toMatch(/^Tensor float32 \[300, 300\]\n/);
    expect(text).toMatch(/\n +299 +299\.0 +299\.0 +299\.0 +299\.0 +… +300\.0 +300\.0\n/);
    // The mean of row + column / 300 is 149.5 + 149.5 / 300 = 149.998; the one NaN stood at 150.
    expect(text).toMatch(/\nmin 0, mean 150\.0, max 300\.0, NaN 1$/);
    tf.dispose([large, poisoned]);
  });

  it("leaves no tensor behind", async () => {
    const tensor = tf.ones([3, 4]);
    const before = tf.memory().numTensors;
    await shown(tensor);
    logged(tensor);
    expect(tf.memory().numTensors).toBe(before);
  });

  it("says of a disposed tensor that its values are gone, and of an empty one that it has none", async () => {
    const tensor = tf.zeros([2, 2]);
    tensor.dispose();
    expect(await textOf(tensor)).toBe("Tensor float32 [2, 2], disposed: its values are gone");
    expect(await textOf(tf.zeros([0, 3]))).toBe("Tensor float32 [0, 3]: no values");
  });

  it("is one line inside another value, and the whole text by itself, on a console", () => {
    const tensor = tf.tensor1d([1, 2]);
    expect(logged({ loss: tensor })).toBe("{ loss: Tensor float32 [2] }");
    expect(logged(tensor)).toBe("Tensor float32 [2]: [1, 2]\nmin 1, mean 1.500, max 2");
    expect(logged(tf.variable(tensor))).toMatch(/^Variable float32 \[2\]/);
  });

  it("waits where the backend cannot be read at once", async () => {
    const sync = jest.spyOn(tf.Tensor.prototype, "dataSync");
    const bundle = tensorBundle(tf.tensor1d([1, 2]), false);
    expect(bundle).toBeInstanceOf(Promise);
    expect((await bundle)["text/plain"]).toBe("Tensor float32 [2]: [1, 2]\nmin 1, mean 1.500, max 2");
    expect(sync).not.toHaveBeenCalled();
    sync.mockRestore();
  });
});
