import * as tf from "@tensorflow/tfjs";
import { Random } from "../../tensor";
import { timeEach } from "../clock";
import { matMulFlops } from "../flops";
import type { BenchCase } from "./benchCase";

/** Products timed together, so that the clock's grain and one read-back do not count: about this many operations. */
const operationsPerSample = 1e9;

/** A product of two square matrices on the backend in use, with or without transposes. */
export function gemm(size: number, transposeA = false, transposeB = false): BenchCase {
  const letters = `${transposeA ? "t" : "n"}${transposeB ? "t" : "n"}`;
  const flops = matMulFlops(size, size, size);
  const products = Math.max(1, Math.round(operationsPerSample / flops));
  return {
    name: `gemm-${size}-${letters}`,
    what: `matrix product ${size}³, ${transposeA ? "Aᵀ" : "A"}${transposeB ? "Bᵀ" : "B"}`,
    flops,
    async open() {
      const random = new Random(size);
      const [a, b] = [0, 1].map(() => random.normalTensor<tf.Rank.R2>([size, size]));
      const multiply = () =>
        tf.tidy(() => {
          let product = tf.matMul(a, b, transposeA, transposeB);
          for (let i = 1; i < products; i++) {
            product.dispose();
            product = tf.matMul(a, b, transposeA, transposeB);
          }
          return tf.slice(product, [0, 0], [1, 1]);
        });
      return {
        async time(repetitions, onBoundary) {
          const timings = await timeEach(repetitions, onBoundary, async () => {
            const corner = multiply();
            await corner.data(); // a backend that computes behind our back is waited for
            corner.dispose();
          });
          return timings.map(({ wall, processor }) => ({ wall: wall / products, processor: processor / products }));
        },
        dispose: () => tf.dispose([a, b]),
      };
    },
  };
}
