import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import path from "node:path";
import * as tf from "@tensorflow/tfjs";
import {
  adamWUpdate,
  causalAttention,
  embedding,
  globalNorm,
  rmsNorm,
  rotary,
  swiglu,
  tokenLogps,
  useBackend,
} from "../../../kernel-utils/src/tensor";
import { ROWS_AT_ONCE } from "../../../kernel-utils/src/tensor/wasm/fused";
import { cutGemm } from "../../../kernel-utils/src/tensor/wasm/gemm";
import { wasmHeap } from "../../../kernel-utils/src/tensor/wasm/install";
import { ELEMENTS_PER_PART } from "../../../kernel-utils/src/tensor/wasm/optimizer";
import { normal } from "../support";

jest.setTimeout(60_000); // threads that a loaded machine gives no processor take their time

const ids = (length: number, limit: number): tf.Tensor1D =>
  tf.tensor1d(
    Array.from({ length }, (_, i) => (i * 7919) % limit),
    "int32",
  );

/** Inputs large enough that every kernel is shared out; lengths odd, so that parts are uneven. */
const cases: Record<string, { inputs: () => tf.Tensor[]; f: (...xs: tf.Tensor[]) => tf.Tensor }> = {
  "a product": { inputs: () => [normal([301, 257], 1), normal([257, 403], 2)], f: (a, b) => tf.matMul(a, b) },
  "a batch of products": {
    inputs: () => [normal([37, 61, 53], 1), normal([37, 61, 59], 2)],
    f: (a, b) => tf.matMul(a, b, true),
  },
  rmsNorm: { inputs: () => [normal([1003, 131], 1), normal([131], 2)], f: (x, w) => rmsNorm(x, w as tf.Tensor1D) },
  swiglu: { inputs: () => [normal([70001], 1), normal([70001], 2)], f: (gate, up) => swiglu(gate, up) },
  rotary: {
    inputs: () => [normal([5, 203, 6, 34], 1)],
    f: (x) => rotary(x as tf.Tensor4D, tf.reshape(ids(1015, 500), [5, 203])),
  },
  "attention with grouped heads, padding and earlier keys": {
    inputs: () => [normal([3, 67, 6, 18], 1), normal([3, 97, 2, 18], 2), normal([3, 97, 2, 18], 3)],
    f: (q, k, v) => {
      const mask = tf.tensor2d(
        Array.from({ length: 3 * 97 }, (_, i) => (i % 97 < 20 && i < 97 ? 0 : 1)),
        [3, 97],
      );
      return causalAttention(q as tf.Tensor4D, k as tf.Tensor4D, v as tf.Tensor4D, mask);
    },
  },
  tokenLogps: { inputs: () => [normal([501, 307], 1)], f: (x) => tokenLogps(x as tf.Tensor2D, ids(501, 307)) },
  "gather and its gradient": {
    inputs: () => [normal([201, 333], 1)],
    f: (table) => embedding(table as tf.Tensor2D, ids(1500, 201)),
  },
  "sums and additions": {
    inputs: () => [normal([701, 211], 1), normal([701, 211], 2), normal([211], 3)],
    f: (a, b, c) => tf.add(tf.add(a, b), c),
  },
};

const digest = (values: Float32Array): string =>
  createHash("sha256").update(new Uint8Array(values.buffer)).digest("hex");

/** A digest of the bits of the value and of every gradient. */
function bits(inputs: tf.Tensor[], f: (...xs: tf.Tensor[]) => tf.Tensor): string[] {
  return tf.tidy(() => {
    const value = f(...inputs);
    const weights = tf.tensor(
      Float32Array.from({ length: value.size }, (_, i) => ((i * 37) % 101) / 50 - 1),
      value.shape,
    );
    const gradients = tf.grads((...xs: tf.Tensor[]) => f(...xs))(inputs, weights);
    return [value, ...gradients].map((tensor) => digest(tensor.dataSync<"float32">()));
  });
}

describe("one thread and several give the same bits", () => {
  it.each(Object.entries(cases))("of %s", async (_name, { inputs, f }) => {
    await useBackend("wasm", { threads: 1, blas: "off" });
    const xs = inputs();
    const alone = bits(xs, f);
    for (const threads of [2, 3]) {
      await useBackend("wasm", { threads, blas: "off" });
      await new Promise((resolve) => setTimeout(resolve, 200)); // the others join after a moment; results never wait
      for (let round = 0; round < 3; round++) {
        expect(bits(xs, f)).toEqual(alone);
      }
    }
  });

  it("of AdamW and the norm", async () => {
    const gradients = [5, 40011, 100003].map((size, i) => normal<tf.Rank.R1>([size], i));
    const run = async (threads: number) => {
      await useBackend("wasm", { threads, blas: "off" });
      const parameters = gradients.map((gradient) => {
        const [m, v] = [tf.variable(tf.zerosLike(gradient)), tf.variable(tf.zerosLike(gradient))];
        return {
          parameter: tf.variable(tf.add(gradient, 1)),
          gradient,
          moments: { m, v },
          weightDecay: 0.1,
        };
      });
      const scalars = { learningRate: 0.1, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, gradientScale: 0.5 };
      for (const step of [1, 2, 3]) adamWUpdate(parameters, { ...scalars, step });
      return [globalNorm(gradients), ...parameters.map(({ parameter }) => digest(parameter.dataSync<"float32">()))];
    };
    expect(await run(3)).toEqual(await run(1));
  });
});

it("gives work to the other threads: they write some parts of a product that the main thread did not", async () => {
  await useBackend("wasm", { threads: 2, blas: "off" });
  const heap = wasmHeap()!;
  const job = { addresses: [0, 0, 0], stepA: 0, stepB: 0, transposeA: false, transposeB: false, batch: 1 };
  expect(cutGemm(heap, { ...job, M: 1024, N: 128, K: 344 })).toEqual({ products: 1, rows: 256, columns: 128 });
  expect(cutGemm(heap, { ...job, M: 128, N: 1000, K: 344 })).toEqual({ products: 1, rows: 128, columns: 256 });
  expect(cutGemm(heap, { ...job, M: 8, N: 8, K: 8 })).toEqual({ products: 1, rows: 8, columns: 8 });
  expect(cutGemm(heap, { ...job, M: 64, N: 64, K: 64, batch: 30 })).toEqual({ products: 8, rows: 64, columns: 64 });
});

it("knows the sizes that the kernels are compiled with", () => {
  const { PART, ROWS } = wasmHeap()!.kernels as unknown as Record<string, { value: number }>;
  expect([PART.value, ROWS.value]).toEqual([ELEMENTS_PER_PART, ROWS_AT_ONCE]);
});

it("lets a program end while its threads sleep, and one that throws fail", () => {
  const library = path.join(__dirname, "../../../kernel-utils");
  const program = (last: string) =>
    spawnSync(
      process.execPath,
      ["-e", `require(${JSON.stringify(library)}).useBackend("wasm", { threads: 4 }).then(() => { ${last} });`],
      { encoding: "utf8", timeout: 20_000 },
    );
  expect(program('console.log("done");')).toMatchObject({ status: 0, stdout: "done\n" });
  expect(program("process.exit(3);").status).toBe(3);
  expect(program('throw new Error("broken");').status).not.toBe(0);
});
