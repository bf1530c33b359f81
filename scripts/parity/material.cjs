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
  const policy = disturb(reference.clone(), "parity policy 2", 0.03);
  const old = disturb(policy.clone(), "parity old", 0.012);
  return { policy, reference, old };
}

/** The weight of the reward head [1, d]. */
const makeScore = () => new Random("parity score").normalTensor([1, config.hidden_size], 0.3);

const row = (prompt, reply) => ({ tokens: [...prompt, ...reply], prompt: prompt.length });

/** Draws prompts and replies; the same ones from each new drawer. */
function drawer() {
  const random = new Random("parity rows");
  const word = () => tokenizer.vocabularySize - words.length + random.integer(words.length);
  const someWords = (least, most) => Array.from({ length: least + random.integer(most - least + 1) }, word);
  return {
    prompt: () => [tokenizer.bosId, ...someWords(2, 5)],
    reply: () => [...someWords(1, 8), tokenizer.eosId],
  };
}

/** Rows of tokens, of which the first `prompt` do not count. Pairs: the chosen replies, then the rejected ones. */
function makeRows() {
  const draw = drawer();
  const prompts = Array.from({ length: 5 }, draw.prompt);
  const pairs = [...prompts, ...prompts].map((prompt) => row(prompt, draw.reply()));
  const documents = pairs.slice(0, 5).map(({ tokens }) => ({ tokens, prompt: 1 })); // BOS is predicted by nothing
  const replies = Array.from({ length: 7 }, draw.reply);
  const asked = Array.from({ length: 7 }, draw.prompt);
  const labelled = asked.map((prompt, index) => row(prompt, replies[index]));
  const shifted = (by) => asked.map((prompt, index) => row(prompt, replies[(index + by) % replies.length]));
  const [mismatched, mismatchedBelow] = [shifted(1), shifted(4)]; // KTO's estimate of the KL is above 0, and below
  const groups = prompts.slice(0, 3).flatMap((prompt) => Array.from({ length: 4 }, () => row(prompt, draw.reply())));
  return { pairs, documents, labelled, mismatched, mismatchedBelow, groups };
}

/** The rest of a batch. Rewards of a prompt's four replies are equal in the last group: advantages of 0. */
const labels = {
  desirable: [1, 0, 1, 1, 0, 0, 1],
  margins: [0.5, 0, 1.25, 0.1, 0.8],
  rewards: [
    [1, 0.2, -0.7, 0.4],
    [0, 2.5, 0.3, 0.3],
    [0.6, 0.6, 0.6, 0.6],
  ],
};

module.exports = { config, labels, makeModels, makeRows, makeScore, tokenizer };
