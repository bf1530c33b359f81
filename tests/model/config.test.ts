import { configForSize, countParameters, llamaConfig, type Preset, presets } from "../../kernel-utils/src/model";

it("counts the 260,032 parameters of stories260K", () => {
  // shared/data/README.md: dim 64, hidden 172, 5 layers, 8 heads, 4 key/value heads, vocabulary 512, tied
  const shape = { vocab_size: 512, hidden_size: 64, intermediate_size: 172, num_hidden_layers: 5 };
  expect(countParameters(llamaConfig({ ...shape, num_attention_heads: 8, num_key_value_heads: 4 }))).toBe(260_032);
});

it("counts the 134,515,008 parameters of SmolLM-135M", () => {
  // its config.json: 49,152 · 576 tied + 30 · (2 · 576² + 2 · 192 · 576 + 3 · 1536 · 576 + 2 · 576) + 576
  const shape = { vocab_size: 49_152, hidden_size: 576, intermediate_size: 1536, num_hidden_layers: 30 };
  expect(countParameters(llamaConfig({ ...shape, num_attention_heads: 9, num_key_value_heads: 3 }))).toBe(134_515_008);
});

it("counts an untied output projection", () => {
  const shape = { vocab_size: 400, hidden_size: 96, num_hidden_layers: 3 };
  const untied = countParameters(llamaConfig({ ...shape, tie_word_embeddings: false }));
  expect(untied - countParameters(llamaConfig(shape))).toBe(400 * 96);
});

it.each(Object.keys(presets) as Preset[])("preset %s comes within 5 % of its budget", (preset) => {
  const count = countParameters(configForSize(preset, 400));
  expect(Math.abs(count / presets[preset] - 1)).toBeLessThan(0.05);
});

it.each([50_000, 77_777, 260_000, 500_000, 3_000_000, 40_000_000])("a budget of %i is met within 5 %", (budget) => {
  const config = configForSize(budget, 400);
  expect(Math.abs(countParameters(config) / budget - 1)).toBeLessThan(0.05);
  expect(config.hidden_size / config.num_hidden_layers).toBeGreaterThan(10); // neither a needle
  expect(config.hidden_size / config.num_hidden_layers).toBeLessThan(130); // nor a pancake
});

it("keeps what the caller fixes", () => {
  expect(configForSize("small", 400, { num_key_value_heads: 1, rope_theta: 500 })).toMatchObject({
    num_key_value_heads: 1,
    rope_theta: 500,
  });
});

it("starts wide models at the usual 0.02 and narrow ones higher", () => {
  const start = (hidden_size: number) =>
    llamaConfig({ vocab_size: 10, hidden_size, num_hidden_layers: 1 }).initializer_range;
  expect(start(896)).toBeCloseTo(0.02, 4);
  expect(start(96)).toBeCloseTo(0.0612, 4); // 0.6 / √96
});

it("names the field that cannot be", () => {
  const shape = { vocab_size: 10, hidden_size: 12, num_hidden_layers: 1 };
  expect(() => llamaConfig({ ...shape, num_attention_heads: 4 })).toThrow(/head_dim is 3; it must be even/);
  expect(() => llamaConfig({ ...shape, num_attention_heads: 3, num_key_value_heads: 2 })).toThrow(/divisor of 3 heads/);
  expect(() => llamaConfig({ ...shape, vocab_size: 0 })).toThrow(/vocab_size is 0/);
  expect(() => configForSize(1e9, 400)).toThrow(/1000000000; use 20000 to 120000000/);
});
