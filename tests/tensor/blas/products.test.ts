import * as tf from "@tensorflow/tfjs";
import { causalAttention, findBlas, useBackend } from "../../../kernel-utils/src/tensor";
import { expectClose, normal } from "../support";

jest.setTimeout(60_000); // each change of threads starts new ones

/** Set by the lane that runs on a native library, so that its absence there is a failure and not a skipped test. */
const isWanted = (process.env.ALIGN_BLAS ?? "off") !== "off";
if (!isWanted) console.log("products.test: ALIGN_BLAS is off, so products by a native library are not tried");

const withLibrary = async (threads: number) => {
  const { found } = await findBlas();
  if (!found) throw new Error("ALIGN_BLAS asks for a native library and none was found; run align accelerate");
  return useBackend("wasm", { threads, blas: found.file });
};

(isWanted ? describe : describe.skip)("products by a native library", () => {
  const operands = (transposeA: boolean, transposeB: boolean) => [
    normal<tf.Rank.R3>(transposeA ? [3, 71, 133] : [3, 133, 71], 1),
    normal<tf.Rank.R3>(transposeB ? [3, 97, 71] : [3, 71, 97], 2),
  ];
  const [q, k, v] = [normal([2, 65, 4, 8], 1), normal([2, 65, 2, 8], 2), normal([2, 65, 2, 8], 3)] as tf.Tensor4D[];
  const attention = () => {
    const f = (...x: tf.Tensor[]) =>
      causalAttention(...(x as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D]), tf.ones([2, 65]));
    return [f(q, k, v), ...tf.grads(f)([q, k, v])].map((tensor) => tensor.dataSync());
  };

  it.each([1, 3])(
    "are those of our own kernels, by %d threads, in batches, transposed, and inside attention",
    async (threads) => {
      for (const [tA, tB] of [0, 1, 2, 3].map((bits) => [(bits & 1) > 0, (bits & 2) > 0])) {
        const product = () => tf.matMul(operands(tA, tB)[0], operands(tA, tB)[1], tA, tB);
        await useBackend("wasm", { threads: 1, blas: "off" });
        const expected = product().dataSync();
        const report = await withLibrary(threads);
        expect(report.identity).toMatch(/^wasm \+ \w+.*, \d threads?$/);
        expectClose(product(), expected, 1e-5);
      }
      await useBackend("wasm", { threads: 1, blas: "off" });
      const expected = attention();
      await withLibrary(threads);
      attention().forEach((values, i) => expectClose(tf.tensor(values), expected[i], 1e-5));
    },
  );

  it("give equal bits twice", async () => {
    await withLibrary(2);
    const product = () => tf.matMul(operands(false, true)[0], operands(false, true)[1], false, true).dataSync();
    expect(product()).toEqual(product());
  });
});
