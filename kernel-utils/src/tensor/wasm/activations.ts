/** The activations that tf.layers may ask a fused product for; `slope` is used by the leaky ones. */
export const activations: Record<string, ((x: number, slope: number) => number) | undefined> = {
  linear: (x) => x,
  relu: (x) => Math.max(x, 0),
  relu6: (x) => Math.min(Math.max(x, 0), 6),
  prelu: (x, slope) => (x < 0 ? slope * x : x),
  leakyrelu: (x, slope) => (x < 0 ? slope * x : x),
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  elu: (x) => (x < 0 ? Math.expm1(x) : x),
};
