/** Log-probs of the counted tokens, laid out the same way whoever computed them: [N, C] from the left, and their mask. */
const tf = require("@tensorflow/tfjs");
const { completionLogps } = require("kernel-utils");

const ignored = -100;
const widest = (rows) => Math.max(...rows.map(({ length }) => length));

/** Right-padded with token 0, label −100 on prompts and padding. */
function batchOf(rows) {
  const length = widest(rows.map(({ tokens }) => tokens));
  const padded = (valuesOf, filler) =>
    rows.flatMap((row) => [...valuesOf(row), ...Array(length - row.tokens.length).fill(filler)]);
  return {
    rows: rows.length,
    length,
    tokens: Int32Array.from(padded(({ tokens }) => tokens, 0)),
    labels: Int32Array.from(
      padded(({ tokens, prompt }) => tokens.map((id, t) => (t < prompt ? ignored : id)), ignored),
    ),
    attentionMask: Float32Array.from(padded(({ tokens }) => tokens.map(() => 1), 0)),
  };
}

/** Lists of different lengths as one array [N, C], 0 behind their ends, and where they have entries. */
function fromLists(lists) {
  const width = widest(lists);
  const pad = (list, entry) => Array.from({ length: width }, (_, t) => (t < list.length ? entry(list[t]) : 0));
  const perToken = tf.tensor2d(lists.map((list) => pad(list, (value) => value)));
  return { perToken, mask: tf.tensor2d(lists.map((list) => pad(list, () => 1))) };
}

/** The model's own log-probs of the rows' counted tokens; differentiable. */
function forward(model, rows) {
  const batch = batchOf(rows);
  const steps = batch.length - 1;
  const nothing = rows.length * steps;
  const slots = rows.map(({ tokens, prompt }, n) => tokens.slice(prompt).map((_, t) => n * steps + prompt - 1 + t));
  const width = widest(slots);
  const indices = slots.flatMap((own) => [...own, ...Array(width - own.length).fill(nothing)]);
  const { perToken } = completionLogps(model, batch);
  const orZero = tf.concat([tf.reshape(perToken, [-1]), tf.zeros([1])]);
  const values = tf.reshape(tf.gather(orZero, tf.tensor1d(indices, "int32")), [rows.length, width]);
  return { perToken: values, mask: fromLists(slots).mask };
}

/** Scores [N]: the reward head on the state of each row's last token. */
function scores(model, score, rows) {
  const batch = batchOf(rows);
  const last = Int32Array.from(rows, ({ tokens }, n) => n * batch.length + tokens.length - 1);
  return tf.reshape(tf.matMul(model.hiddenAt(batch, last), score, false, true), [rows.length]);
}

module.exports = { forward, fromLists, scores };
