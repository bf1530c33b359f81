/** Ours against TRL's figures of one case. */
const { digest, split } = require("./figures.cjs");
const { oracleAnswer, tokenGradients, wholeModel } = require("./ours.cjs");

const tolerance = 1e-4;

/** Below these a difference is taken relative to them. Metrics are differences of float32 sums near −40, whose last bit is 4e-6. */
const smallLoss = 0.01;
const smallMetric = 0.1;

/** |a − b| relative to b, or to `small` where b is smaller; infinite for NaN or nothing. */
function relative(ours, theirs, small = smallLoss) {
  const difference = Math.abs(ours - theirs) / Math.max(Math.abs(theirs), small);
  return Number.isFinite(difference) ? difference : Number.POSITIVE_INFINITY;
}

/** The largest difference of entries, relative to the largest entry. */
function relativeOfArrays(ours, theirs) {
  if (ours.length !== theirs.length) return Number.POSITIVE_INFINITY;
  let [largest, difference] = [0, 0];
  for (let i = 0; i < theirs.length; i++) {
    largest = Math.max(largest, Math.abs(theirs[i]));
    const delta = Math.abs(ours[i] - theirs[i]);
    if (!(delta <= difference)) difference = delta; // a NaN stays
  }
  const ratio = difference === 0 ? 0 : difference / largest;
  return Number.isNaN(ratio) ? Number.POSITIVE_INFINITY : ratio;
}

const largest = (values) => Math.max(0, ...values);
const metricsOf = (names, ours, theirs) =>
  largest(Object.entries(names).map(([own, other]) => relative(ours[own], theirs[other], smallMetric)));

/**
 * @param whole TRL's gradients in full, where they are at hand; else the committed digests are compared
 * @returns the largest relative difference of each kind; `ok` where all are within the tolerance
 */
function compareCase(one, figures, bench, whole) {
  const theirs = figures.cases[one.name];
  const answer = oracleAnswer(one, figures);
  const model = wholeModel(one, bench);
  const differences = {
    loss: relative(answer.loss, theirs.loss),
    metrics: metricsOf(one.metrics, answer.metrics, theirs.metrics),
    "model's loss": relative(model.loss, theirs.loss),
    "model's metrics": metricsOf(one.metrics, model.metrics, theirs.metrics),
    "parameters' gradients": parameterDifference(
      model.gradients,
      theirs.gradients,
      whole && split(whole, figures.shapes),
    ),
  };
  if (theirs.tokenGradients) {
    const ours = tokenGradients(one, figures);
    differences["tokens' gradients"] = relativeOfArrays(ours.flat(), theirs.tokenGradients.flat());
  }
  if (theirs.advantages && answer.advantages) {
    differences.advantages = relativeOfArrays(answer.advantages.flat(), theirs.advantages);
  }
  return {
    one,
    differences,
    loss: theirs.loss,
    ok: Object.values(differences).every((value) => value <= tolerance),
  };
}

/** Parameter by parameter, each relative to its own largest entry; digests to their norm. */
function parameterDifference(ours, digests, whole) {
  const names = Object.keys(digests);
  if (names.length !== Object.keys(ours).length) return Number.POSITIVE_INFINITY;
  return largest(
    names.map((name) =>
      whole ? relativeOfArrays(ours[name], whole[name]) : relativeOfArrays(digest(ours[name]), digests[name]),
    ),
  );
}

module.exports = { compareCase, relative, relativeOfArrays, tolerance };
