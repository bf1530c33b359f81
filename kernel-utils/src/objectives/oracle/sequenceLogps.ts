import { CourseError } from "../../errors";
import { type FloatArray, nest } from "./fields";

/**
 * Log-probs of given tokens under given logits, float64, with the shift inside: position t predicts token t + 1.
 *
 *   perToken[b][t] = logits[b][t][labels[b][t+1]] − log Σ_v e^{logits[b][t][v]},   0 where the label is ignored
 */
export function sequenceLogpsAnswer(logits: FloatArray, labels: FloatArray, ignoreIndex: number) {
  const [batch, time, vocabulary] = logits.shape;
  if (time < 2) throw new CourseError("bad-shape", "sequence-logps: T is 1; it takes two tokens to predict one");
  const perToken: number[] = [];
  const mask: number[] = [];
  for (let b = 0; b < batch; b++) {
    for (let t = 0; t + 1 < time; t++) {
      const label = labels.values[b * time + t + 1];
      const row = logits.values.slice((b * time + t) * vocabulary, (b * time + t + 1) * vocabulary);
      mask.push(label === ignoreIndex ? 0 : 1);
      perToken.push(label === ignoreIndex ? 0 : tokenLogp(row, label, `sequence-logps: labels[${b}][${t + 1}]`));
    }
  }
  const rows = (values: number[]) => nest(values, [batch, time - 1]) as number[][];
  const sum = rows(perToken).map(total);
  const count = rows(mask).map(total);
  const mean = sum.map((value, b) => (count[b] === 0 ? 0 : value / count[b]));
  return { perToken: rows(perToken), mask: rows(mask), sum, mean, count };
}

function tokenLogp(row: number[], label: number, place: string): number {
  if (!Number.isInteger(label) || label < 0 || label >= row.length) {
    throw new CourseError("bad-value", `${place}: is ${label}; expected a token id from 0 to ${row.length - 1}`);
  }
  const largest = row.reduce((a, b) => Math.max(a, b));
  return row[label] - largest - Math.log(total(row.map((logit) => Math.exp(logit - largest))));
}

const total = (values: number[]): number => values.reduce((sum, value) => sum + value, 0);
