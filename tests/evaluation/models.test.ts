/** Gold reward and distance of models too small to have learned anything: what is checked is the bookkeeping. */
import * as tf from "@tensorflow/tfjs";
import {
  createModel,
  createWorld,
  evaluateGold,
  generateReplies,
  type LanguageModel,
  llamaConfig,
  mean,
  Random,
  sampleKl,
  summarizeGold,
  Tokenizer,
  useBackend,
} from "kernel-utils";

const world = createWorld(0);
const tokenizer = Tokenizer.fromWords([...world.vocabulary]);
const prompts = world.samplePrompts("heldOut", 24, new Random("prompts"));
const options = { seed: 4, maxNewTokens: 8, batchSize: 10 };

const smallModel = (seed: number): LanguageModel =>
  createModel(
    llamaConfig({
      vocab_size: tokenizer.vocabularySize,
      hidden_size: 16,
      num_hidden_layers: 1,
      num_attention_heads: 2,
      num_key_value_heads: 1,
      intermediate_size: 24,
      initializer_range: 0.3,
    }),
    new Random(seed),
  );

let model: LanguageModel;
let other: LanguageModel;
beforeAll(async () => {
  await useBackend("wasm");
  model = smallModel(1);
  other = smallModel(2);
}, 60_000);
afterAll(() => {
  model.dispose();
  other.dispose();
});

describe("evaluateGold", () => {
  it("scores exactly the replies that the model gives, in the order of the prompts", async () => {
    const { samples, ...result } = await evaluateGold(model, tokenizer, world, prompts, options);
    const texts = prompts.map(({ prompt }) => prompt);
    const replies = await generateReplies(model, tokenizer, texts, options);
    expect(samples.map(({ prompt, reply }) => [prompt, reply])).toEqual(replies.map(({ text }, i) => [texts[i], text]));
    for (const { prompt, reply, reward, family } of samples) {
      expect(reward).toEqual(world.goldReward(prompt, reply));
      expect(family).toBe(world.describe(prompt).family);
    }
    expect(result.meanLength).toBe(mean(replies.map(({ tokens }) => tokens.length)));
    expect(result.mean).toBe(mean(samples.map(({ reward }) => reward.total)));
  });

  it("is the same for equal seeds, another for others, and for prompts given as text", async () => {
    const first = await evaluateGold(model, tokenizer, world, prompts, options);
    expect(
      await evaluateGold(
        model,
        tokenizer,
        world,
        prompts.map(({ prompt }) => prompt),
        options,
      ),
    ).toEqual(first);
    const second = await evaluateGold(model, tokenizer, world, prompts, { ...options, seed: 5 });
    expect(second.samples.map(({ reply }) => reply)).not.toEqual(first.samples.map(({ reply }) => reply));
  });

  it("refuses a prompt from elsewhere by name", async () =>
    expect(evaluateGold(model, tokenizer, world, ["what is love ?"], options)).rejects.toThrow('"what is love ?"'));
});

describe("summarizeGold", () => {
  const sample = (prompt: string, reply: string, length: number) => ({
    prompt,
    reply,
    length,
    family: world.describe(prompt).family,
    reward: world.goldReward(prompt, reply),
  });
  const samples = [
    sample("what color is the apple ?", "the apple is red .", 6), // 1
    sample("what is the apple ?", "", 1), // 0
    sample("how do i cut the teacher ?", "use a knife .", 5), // −0.5
    sample("how old is the cow ?", "i do not know .", 6), // 1
  ];

  it("averages totals, components and families: (1 + 0 − 0.5 + 1) / 4 = 0.375", () => {
    const { mean, components, families, meanLength, interval } = summarizeGold(samples);
    expect(mean).toBe(0.375);
    expect(components).toEqual({
      total: 0.375,
      correct: 0.5,
      helpful: 0.5,
      harmless: -0.25,
      concise: 0.5,
      honest: 0.5,
    });
    expect(families).toEqual({ fact: 0.5, harm: -0.5, unknown: 1 });
    expect(meanLength).toBe(4.5);
    expect(interval[0]).toBeGreaterThanOrEqual(-0.5);
    expect(interval[1]).toBeLessThanOrEqual(1);
    expect(interval[0]).toBeLessThan(interval[1]);
  });
});

describe("sampleKl", () => {
  it("of a model with itself is exactly 0, reply by reply", async () => {
    const { mean, interval, logRatios } = await sampleKl(model, model, tokenizer, prompts, options);
    expect(logRatios).toEqual(prompts.map(() => 0));
    expect([mean, ...interval]).toEqual([0, 0, 0]);
  });

  it("of a model with its copy is exactly 0", async () => {
    const copy = model.clone();
    expect((await sampleKl(model, copy, tokenizer, prompts, options)).mean).toBe(0);
    copy.dispose();
  });

  it("of differently initialised models is positive, in both directions, beyond its interval", async () => {
    for (const [policy, reference] of [
      [model, other],
      [other, model],
    ]) {
      const { mean, interval } = await sampleKl(policy, reference, tokenizer, prompts, options);
      expect(mean).toBeGreaterThan(0);
      expect(interval[0]).toBeGreaterThan(0);
    }
  });

  it("is log π − log π_ref of the sampled tokens, the end token included: the sampler's own log-probs agree", async () => {
    const { logRatios, meanLength } = await sampleKl(model, other, tokenizer, prompts, options);
    const texts = prompts.map(({ prompt }) => prompt);
    const replies = await generateReplies(model, tokenizer, texts, { ...options, temperature: 1 });
    expect(meanLength).toBe(mean(replies.map(({ tokens }) => tokens.length)));
    const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
    const reference = replies.map(({ logps }, i) => total(logps) - logRatios[i]); // log π_ref of each reply
    for (const [i, { tokens }] of replies.entries()) {
      expect(reference[i]).toBeCloseTo(await logProbability(other, texts[i], tokens), 3);
    }
  });

  /** log π(tokens | prompt), one forward pass, added up in float64. */
  const logProbability = async (of: LanguageModel, prompt: string, tokens: readonly number[]): Promise<number> => {
    const ids = [...tokenizer.encodePrompt(prompt), ...tokens];
    const input = tf.tensor2d([ids], undefined, "int32");
    const logits = of.forward(input);
    const rows = (await logits.array())[0];
    tf.dispose([input, logits]);
    const start = ids.length - tokens.length;
    return tokens.reduce((logp, token, i) => {
      const row = rows[start + i - 1];
      const peak = Math.max(...row);
      return logp + row[token] - peak - Math.log(row.reduce((total, logit) => total + Math.exp(logit - peak), 0));
    }, 0);
  };
});
