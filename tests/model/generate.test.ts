import * as tf from "@tensorflow/tfjs";
import { generate, generateReplies } from "../../kernel-utils/src/model";
import { Random } from "../../kernel-utils/src/tensor";
import { Tokenizer } from "../../kernel-utils/src/text";
import { useTestBackend } from "../tensor/support";
import { tinyModel } from "./tinyModel";

beforeAll(useTestBackend);

const prompts = [
  [1, 4, 6, 7, 5],
  [1, 4, 5],
  [1, 4, 9, 10, 8, 7, 5],
];
const never = -1;
const model = () => tinyModel({ num_hidden_layers: 2, num_attention_heads: 4, head_dim: 4, num_key_value_heads: 2 });

/** log softmax of the last position of one unpadded row, without a cache. */
const nextLogps = (policy: ReturnType<typeof model>, tokens: number[]): number[] =>
  tf.tidy(() => {
    const logits = policy.forward(tf.tensor2d([tokens], undefined, "int32"));
    const last = logits.slice([0, tokens.length - 1, 0], [1, 1, -1]).flatten();
    return tf.logSoftmax(last).arraySync() as number[];
  });

it("greedy decoding of a padded batch equals re-reading each row alone, token by token", async () => {
  const policy = model();
  const { tokens, logps } = await generate(policy, prompts, { temperature: 0, maxNewTokens: 8, eosId: never });
  prompts.forEach((prompt, row) => {
    const read = [...prompt];
    tokens[row].forEach((token, step) => {
      const expected = nextLogps(policy, read);
      expect(token).toBe(expected.indexOf(Math.max(...expected)));
      expect(Math.abs(logps[row][step] - expected[token])).toBeLessThan(1e-5);
      read.push(token);
    });
    expect(tokens[row]).toHaveLength(8);
  });
});

it("sampled tokens come with the log-probs that the model gives them", async () => {
  const policy = model();
  const { tokens, logps } = await generate(policy, prompts, { seed: 3, maxNewTokens: 6, eosId: never });
  tokens.forEach((row, index) => {
    row.forEach((token, step) => {
      const expected = nextLogps(policy, [...prompts[index], ...row.slice(0, step)])[token];
      expect(Math.abs(logps[index][step] - expected)).toBeLessThan(1e-5);
    });
  });
});

it("one seed gives the same tokens again, another gives others", async () => {
  const policy = model();
  const options = { maxNewTokens: 10, eosId: never };
  const first = await generate(policy, prompts, { ...options, seed: 1 });
  expect(await generate(policy, prompts, { ...options, seed: 1 })).toEqual(first);
  expect((await generate(policy, prompts, { ...options, seed: 2 })).tokens).not.toEqual(first.tokens);
});

it("goes on in a given stream of random numbers, so two calls differ", async () => {
  const random = new Random(1);
  const policy = model();
  const first = await generate(policy, prompts, { random, maxNewTokens: 10, eosId: never });
  expect((await generate(policy, prompts, { random, maxNewTokens: 10, eosId: never })).tokens).not.toEqual(
    first.tokens,
  );
});

it("each row stops at its own end token and goes no further", async () => {
  const policy = model();
  const free = await generate(policy, prompts, { seed: 5, maxNewTokens: 12, eosId: never });
  const eosId = free.tokens[0][3]; // some token that does occur
  const { tokens } = await generate(policy, prompts, { temperature: 0, maxNewTokens: 12, eosId });
  const unstopped = await generate(policy, prompts, { temperature: 0, maxNewTokens: 12, eosId: never });
  tokens.forEach((row, index) => {
    const end = unstopped.tokens[index].indexOf(eosId);
    expect(row).toEqual(end < 0 ? unstopped.tokens[index] : unstopped.tokens[index].slice(0, end + 1));
  });
});

it("leaves no tensor behind, even where it throws", async () => {
  const policy = model();
  const before = tf.memory().numTensors;
  await generate(policy, prompts, { maxNewTokens: 3 });
  policy.parameters.get("model.norm.weight")!.assign(tf.tidy(() => tf.fill([8], Number.NaN)));
  await expect(generate(policy, prompts, { maxNewTokens: 3 })).rejects.toThrow(/NaN/);
  expect(tf.memory().numTensors).toBeLessThanOrEqual(before + 1); // the value given to assign
});

it("refuses what cannot be decoded", async () => {
  const policy = tinyModel({ max_position_embeddings: 8 });
  await expect(generate(policy, [[1], []], { maxNewTokens: 2 })).rejects.toThrow(/prompt 1 has no tokens/);
  await expect(generate(policy, [[1, 2]], { maxNewTokens: 7 })).rejects.toThrow(
    /2 tokens and 7 new ones.* 8 positions/,
  );
  await expect(generate(policy, [[1]], { maxNewTokens: 2, topP: 0 })).rejects.toThrow(/topP is 0/);
  await expect(generate(policy, [[1]], { maxNewTokens: 2, temperature: -1 })).rejects.toThrow(/temperature is -1/);
  expect(await generate(policy, [])).toEqual({ tokens: [], logps: [], modelLogps: [], samplingLogps: [] });
});

it("replies to texts, in order and across batches", async () => {
  const tokenizer = Tokenizer.fromWords(["a", "b", "c", "d", "e"]);
  const policy = model();
  const texts = ["a b", "c", "d e a", "b"];
  const options = { temperature: 0, maxNewTokens: 5, batchSize: 3 };
  const replies = await generateReplies(policy, tokenizer, texts, options);
  expect(replies.map(({ prompt }) => prompt)).toEqual(texts);
  for (const [index, text] of texts.entries()) {
    const { tokens } = await generate(policy, [tokenizer.encodePrompt(text)], options);
    expect(replies[index]).toMatchObject({ tokens: tokens[0], text: tokenizer.decode(tokens[0]) });
    expect(replies[index].finished).toBe(tokens[0].at(-1) === tokenizer.eosId);
  }
});
