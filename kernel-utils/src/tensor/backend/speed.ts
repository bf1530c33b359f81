import * as tf from "@tensorflow/tfjs";

/** At most this long, and no fewer than two products, so that a slow backend is measured too. */
const BUDGET_MILLISECONDS = 400;

/** Speed of the backend in use at a product of two n × n matrices, in 10⁹ floating-point operations a second: 2 n³ each. */
export async function measureProducts(n = 512): Promise<number> {
  const [a, b] = [tf.fill([n, n], 0.5), tf.fill([n, n], 0.25)] as [tf.Tensor2D, tf.Tensor2D];
  const milliseconds: number[] = [];
  const once = async (): Promise<void> => {
    const product = tf.matMul(a, b);
    await product.data(); // a device may still be at it when the call returns
    product.dispose();
  };
  await once(); // compiles shaders, wakes threads
  const started = performance.now();
  while (milliseconds.length < 2 || (performance.now() - started < BUDGET_MILLISECONDS && milliseconds.length < 200)) {
    const before = performance.now();
    await once();
    milliseconds.push(performance.now() - before);
  }
  tf.dispose([a, b]);
  const median = milliseconds.sort((x, y) => x - y)[milliseconds.length >> 1];
  return (2 * n ** 3) / (median * 1e6);
}
