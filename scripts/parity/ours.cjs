/** Our side of a case: the float64 oracle on TRL's log-probs, the tensors on the same, and the whole model on the tokens. */
const tf = require("@tensorflow/tfjs");
const k = require("kernel-utils");
const { forward, fromLists, scores } = require("./forward.cjs");
const { makeModels, makeRows, makeScore } = require("./material.cjs");

const objectives = {
  sft: ({ tokenLogps, mask }, options) => k.sft(tokenLogps, mask, options),
  "reward-model": k.rewardModel,
  dpo: k.dpo,
  ipo: k.ipo,
  kto: k.kto,
  orpo: k.orpo,
  cpo: k.cpo,
  simpo: k.simpo,
  grpo: k.grpo,
  ppo: k.ppo,
};

const defined = (record) => Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
const resultOf = (one, parts) => objectives[one.objective](defined(one.inputs(parts)), defined(one.options));

/** TRL's log-probs as `inputs` wants them. */
function partsFrom({ logps, scores: theirScores }) {
  const parts = { scores: tf.tensor1d(theirScores) };
  for (const [batch, roles] of Object.entries(logps)) {
    parts[batch] = Object.fromEntries(Object.entries(roles).map(([role, lists]) => [role, fromLists(lists)]));
  }
  return parts;
}

/** @returns the oracle's answer, float64 */
function oracleAnswer(one, figures) {
  const inputs = tf.tidy(() => {
    const arrays = defined(one.inputs(partsFrom(figures)));
    return Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, array.arraySync()]));
  });
  if (inputs.desirable) inputs.desirable = inputs.desirable.map(Boolean);
  return k.oracle({ name: one.objective, inputs, options: defined(one.options) });
}

/** Gradient of the loss by the policy's log-prob of each counted token, lists as in the figures. */
function tokenGradients(one, figures) {
  const [batch] = one.policy;
  return tf.tidy(() => {
    const parts = partsFrom(figures);
    const { perToken, mask } = parts[batch].policy;
    const lossOf = (values) => {
      const policy = { perToken: values, mask };
      return resultOf(one, { ...parts, [batch]: { ...parts[batch], policy } }).loss;
    };
    const gradient = tf.grad(lossOf)(perToken).arraySync();
    return figures.logps[batch].policy.map((list, row) => gradient[row].slice(0, list.length));
  });
}

/** Models and rows, made once; the log-probs of the frozen models too. */
function makeBench() {
  const models = makeModels();
  const rows = makeRows();
  const score = tf.variable(makeScore());
  const frozen = {};
  for (const batch of Object.keys(rows)) {
    frozen[batch] = Object.fromEntries(
      ["reference", "old"].map((role) => [role, tf.tidy(() => forward(models[role], rows[batch]))]),
    );
  }
  return { models, rows, score, frozen };
}

/** Loss and the gradient of every parameter, from the tokens. @returns {loss, metrics, gradients: name → Float32Array} */
function wholeModel(one, { models, rows, score, frozen }) {
  let metrics = {};
  const parameters = new Map([...models.policy.parameters, ["score.weight", score]]);
  const { value, grads } = tf.variableGrads(
    () => {
      const parts = { scores: one.policy[0] === "scores" && scores(models.policy, score, rows.pairs) };
      for (const batch of one.policy.filter((name) => name !== "scores")) {
        parts[batch] = { ...frozen[batch], policy: forward(models.policy, rows[batch]) };
      }
      const result = resultOf(one, parts);
      metrics = Object.fromEntries(
        Object.entries(result.metrics).map(([name, scalar]) => [name, scalar.dataSync()[0]]),
      );
      return result.loss;
    },
    [...parameters.values()].filter((variable) => one.policy[0] === "scores" || variable !== score),
  );
  const gradients = {};
  for (const [name, variable] of parameters) {
    if (grads[variable.name]) gradients[name] = grads[variable.name].dataSync();
  }
  const loss = value.dataSync()[0];
  tf.dispose([value, grads]);
  return { loss, metrics, gradients };
}

module.exports = { makeBench, oracleAnswer, tokenGradients, wholeModel };
