import { Float64Node } from "../objectives/arithmetic/float64";

/** Float64 operations with gradients that only tables need; the rest is the objectives' arithmetic. */

/** log softmax of each row: [P,V] to [P,V]. */
export function logSoftmaxRows(logits: Float64Node): Float64Node {
  const width = logits.shape[1];
  const logProbs = new Float64Array(logits.values.length);
  for (let start = 0; start < logProbs.length; start += width) {
    const row = logits.values.subarray(start, start + width);
    const largest = row.reduce((a, b) => Math.max(a, b));
    const logSum = Math.log(row.reduce((sum, logit) => sum + Math.exp(logit - largest), 0));
    for (let v = 0; v < width; v++) logProbs[start + v] = row[v] - largest - logSum; // in this order: logits may be huge
  }
  return new Float64Node(logProbs, logits.shape, [logits], (node) => {
    for (let start = 0; start < logProbs.length; start += width) {
      const total = node.gradient.subarray(start, start + width).reduce((sum, slope) => sum + slope, 0);
      for (let i = start; i < start + width; i++) {
        logits.gradient[i] += node.gradient[i] - Math.exp(logProbs[i]) * total;
      }
    }
  });
}

/** Entries of a flat view by their indices, as often as wanted; 0 where the index is −1. */
export function gather(a: Float64Node, indices: readonly number[], shape: readonly number[]): Float64Node {
  const values = Float64Array.from(indices, (index) => (index < 0 ? 0 : a.values[index]));
  return new Float64Node(values, shape, [a], (node) => {
    indices.forEach((index, i) => {
      if (index >= 0) a.gradient[index] += node.gradient[i];
    });
  });
}
