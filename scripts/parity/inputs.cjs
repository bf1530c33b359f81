/** From log-probs of tokens to what our objectives take. `parts` holds {perToken, mask} by batch and role; see material.cjs. */
const tf = require("@tensorflow/tfjs");
const { labels } = require("./material.cjs");

const sums = ({ perToken }) => tf.sum(perToken, 1);
const lengths = ({ mask }) => tf.sum(mask, 1);
const meansOf = (part) => tf.div(sums(part), lengths(part));
const half = (values, which) => tf.split(values, 2)[which];
const zerosLike = (values) => tf.zeros(values.shape);

const pairs = ({ pairs: { policy, reference } }) => ({
  policyChosenLogps: half(sums(policy), 0),
  policyRejectedLogps: half(sums(policy), 1),
  referenceChosenLogps: half(sums(reference), 0),
  referenceRejectedLogps: half(sums(reference), 1),
});

const pairsWithLengths = (parts) => ({
  ...pairs(parts),
  chosenLengths: half(lengths(parts.pairs.policy), 0),
  rejectedLengths: half(lengths(parts.pairs.policy), 1),
});

/** CPO's hinge and IPO have no reference: log-probs in place of log-ratios. */
const withoutReference =
  (logpsOf) =>
  ({ pairs: { policy } }) => {
    const [chosen, rejected] = [half(logpsOf(policy), 0), half(logpsOf(policy), 1)];
    return {
      policyChosenLogps: chosen,
      policyRejectedLogps: rejected,
      referenceChosenLogps: zerosLike(chosen),
      referenceRejectedLogps: zerosLike(rejected),
    };
  };

const meanPairs = ({ pairs: { policy } }) => ({
  chosenMeanLogps: half(meansOf(policy), 0),
  rejectedMeanLogps: half(meansOf(policy), 1),
});

/** −mean log-prob over all counted tokens of some rows at once, []. */
const nllOf = ({ perToken, mask }) => tf.neg(tf.div(tf.sum(perToken), tf.sum(mask)));
const chosenPart = ({ perToken, mask }) => ({ perToken: half(perToken, 0), mask: half(mask, 0) });

/** TRL's ORPO takes the likelihood of the prompt too. */
const orpo = (parts) => ({ ...meanPairs(parts), chosenNll: nllOf(parts.documents.policy) });

const cpo = ({ pairs: { policy } }) => ({
  chosenLogps: half(sums(policy), 0),
  rejectedLogps: half(sums(policy), 1),
  chosenNll: nllOf(chosenPart(policy)),
});

const ktoWith = ({ labelled }, policy, reference) => ({
  policyLogps: sums(labelled.policy),
  referenceLogps: sums(labelled.reference),
  desirable: tf.tensor1d(labels.desirable),
  klPolicyLogps: sums(policy),
  klReferenceLogps: sums(reference),
});
const kto = (batch) => (parts) => ktoWith(parts, parts[batch].policy, parts[batch].reference);

/** The KL term is left out by measuring the reference against itself. */
const ktoWithoutKl = (parts) => ktoWith(parts, parts.labelled.reference, parts.labelled.reference);

const sft = ({ pairs: { policy } }) => ({ tokenLogps: policy.perToken, mask: policy.mask });
const sftOfChosen = ({ pairs: { policy } }) => ({
  tokenLogps: half(policy.perToken, 0),
  mask: half(policy.mask, 0),
});

const rewardModel = ({ scores }) => ({ chosenRewards: half(scores, 0), rejectedRewards: half(scores, 1) });
const rewardModelWithMargins = (parts) => ({ ...rewardModel(parts), margins: tf.tensor1d(labels.margins) });

const grpo = ({ groups: { policy, old } }) => ({
  rewards: tf.tensor2d(labels.rewards),
  logps: policy.perToken,
  oldLogps: old.perToken,
  mask: policy.mask,
});
const grpoWithReference = (parts) => ({ ...grpo(parts), referenceLogps: parts.groups.reference.perToken });

/** One ratio a reply: each reply is one "token", whose log-prob is the mean (GSPO) or the sum (RLOO) over its tokens. */
const asOneToken = (logpsOf, { policy, old }) => ({
  logps: tf.expandDims(logpsOf(policy), 1),
  oldLogps: tf.expandDims(logpsOf(old), 1),
  mask: tf.ones([policy.mask.shape[0], 1]),
});
const gspo = ({ groups }) => ({ rewards: tf.tensor2d(labels.rewards), ...asOneToken(meansOf, groups) });

/** For the policy loss of given advantages, [N] spread over the tokens of a reply. */
const perTokenAdvantages = (advantages, { mask }) => tf.mul(tf.reshape(advantages, [mask.shape[0], 1]), mask);

module.exports = {
  asOneToken,
  cpo,
  grpo,
  grpoWithReference,
  gspo,
  kto,
  ktoWithoutKl,
  meanPairs,
  orpo,
  pairs,
  pairsWithLengths,
  perTokenAdvantages,
  rewardModel,
  rewardModelWithMargins,
  sft,
  sftOfChosen,
  sums,
  withoutReference,
  meansOf,
};
