/** What both sides compute with: three small Llamas, a reward head, and token rows of different lengths. All from seeds. */
const tf = require("@tensorflow/tfjs");
const { createModel, llamaConfig, Random, Tokenizer } = require("kernel-utils");

const words = Array.from({ length: 54 }, (_, index) => `w${index}`);
const tokenizer = Tokenizer.fromWords(words);
const config = llamaConfig({
  vocab_size: tokenizer.vocabularySize,
  hidden_size: 32,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  initializer_range: 0.16,
  bos_token_id: tokenizer.bosId,
  eos_token_id: tokenizer.eosId,
  pad_token_id: tokenizer.padId,
});

/** Adds normal noise to every weight, norms included: norms of 1 would hide a mistake in them. */
function disturb(model, seed, deviation) {
  const random = new Random(seed);
  for (const [name, parameter] of model.parameters) {
    tf.tidy(() => parameter.assign(tf.add(parameter, random.fork(name).normalTensor(parameter.shape, deviation))));
  }
  return model;
}

/** π, π_ref and the π_old that sampled; apart by so much that margins have both signs and some ratios are clipped. */
function makeModels() {
  const reference = disturb(createModel(config, new Random("parity")), "parity norms", 0.05);
  const policy = disturb(reference.clone(), "parity policy 8", 0.03);
  const old = disturb(policy.clone(), "parity old", 0.012);
  return { policy, reference, old };
}

/** The weight of the reward head [1, d]. */
const makeScore = () => new Random("parity score").normalTensor([1, config.hidden_size], 0.3);

/** Draws prompts and replies; the same ones from each new drawer of that name. */
function drawer(name) {
  const random = new Random(`parity ${name}`);
  const word = () => tokenizer.vocabularySize - words.length + random.integer(words.length);
  const someWords = (least, most) => Array.from({ length: least + random.integer(most - least + 1) }, word);
  const times = (count, draw) => Array.from({ length: count }, draw);
  return {
    prompts: (count) => times(count, () => [tokenizer.bosId, ...someWords(2, 5)]),
    replies: (count) => times(count, () => [...someWords(1, 8), tokenizer.eosId]),
  };
}

const rowsOf = (prompts, replies) =>
  prompts.map((prompt, n) => ({ tokens: [...prompt, ...replies[n]], prompt: prompt.length }));

/** Eight pairs: the chosen replies, then the rejected ones. The documents are the chosen rows with the prompt counted. */
function pairRows() {
  const draw = drawer("pairs");
  const prompts = draw.prompts(8);
  const pairs = rowsOf([...prompts, ...prompts], draw.replies(16));
  return { pairs, documents: pairs.slice(0, 8).map(({ tokens }) => ({ tokens, prompt: 1 })) }; // nothing predicts BOS
}

/** Seven replies, and prompts with replies to other ones: moved on by one prompt as TRL does, and by two. */
function labelledRows() {
  const draw = drawer("labelled 6");
  const prompts = draw.prompts(7);
  const replies = draw.replies(7);
  const movedOn = (by) => rowsOf(prompts, [...replies.slice(-by), ...replies.slice(0, -by)]);
  // KTO's estimate of the KL is above 0 in the first, below 0 in the second.
  return { labelled: rowsOf(prompts, replies), mismatched: movedOn(1), mismatchedBelow: movedOn(2) };
}

/** Four replies to each of three prompts. */
function groupRows() {
  const draw = drawer("groups");
  return {
    groups: rowsOf(
      draw.prompts(3).flatMap((prompt) => Array(4).fill(prompt)),
      draw.replies(12),
    ),
  };
}

/** Rows of tokens by batch; of each row the first `prompt` tokens do not count. */
const makeRows = () => ({ ...pairRows(), ...labelledRows(), ...groupRows() });

/** The rest of a batch. Rewards of a prompt's four replies are equal in the last group: advantages of 0. */
const labels = {
  desirable: [1, 0, 1, 1, 0, 0, 1],
  margins: [0.5, 0, 1.25, 0.1, 0.8, 0.3, 2, 0],
  rewards: [
    [1, 0.2, -0.7, 0.4],
    [0, 2.5, 0.3, 0.3],
    [0.6, 0.6, 0.6, 0.6],
  ],
};

module.exports = { config, labels, makeModels, makeRows, makeScore, tokenizer };
