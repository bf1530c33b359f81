import * as tf from "@tensorflow/tfjs";
import { useBackend, Workspace } from "../../../kernel-utils/src/tensor";
import { expectClose, normal } from "../support";

afterEach(() => useBackend("wasm"));

it.each([
  [1, 1, 1],
  [3, 5, 7],
  [4, 2, 8],
  [16, 129, 130],
  [31, 64, 33],
  [33, 17, 40], // past the few rows: packed
])("multiplies %d rows by a weight [%d, %d] as tensors do, by any number of threads", async (rows, out, inner) => {
  const [x, weight] = [normal<tf.Rank.R2>([rows, inner], 1), normal<tf.Rank.R2>([out, inner], 2)];
  const results: Float32Array[] = [];
  for (const threads of [1, 3]) {
    await useBackend("wasm", { threads, blas: "off" });
    const workspace = Workspace.open()!;
    const address = workspace.buffer(rows * out);
    workspace.product(address, workspace.addressOf(x), workspace.addressOf(weight), rows, out, inner);
    results.push(workspace.floats(address, rows * out).slice());
    workspace.dispose();
  }
  expectClose(tf.tensor(results[0]), tf.matMul(x, weight, false, true).dataSync(), 1e-5);
  expect(results[1]).toEqual(results[0]);
});

it("gives its memory back, and is not to be had on another backend", async () => {
  await useBackend("wasm");
  const workspace = Workspace.open()!;
  const first = workspace.buffer(1000);
  workspace.dispose();
  const again = Workspace.open()!;
  expect(again.buffer(1000)).toBe(first);
  again.dispose();
  await useBackend("cpu");
  expect(Workspace.open()).toBeUndefined();
});
