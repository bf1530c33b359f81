import * as tf from "@tensorflow/tfjs";
import {
  createModel,
  createRewardModel,
  createWorld,
  llamaConfig,
  Random,
  summarizeGold,
  Tokenizer,
  TrainingRun,
} from "../../kernel-utils/src";
import { BackendReport } from "../../kernel-utils/src/tensor";
import { logged, shown } from "../notebook-display/forms";

beforeAll(() => tf.setBackend("cpu"));

const tinyModel = () =>
  createModel(
    llamaConfig({ vocab_size: 11, hidden_size: 8, num_hidden_layers: 1, num_attention_heads: 2 }),
    new Random(0),
  );

describe("a model", () => {
  it("shows how large it is and how it is made", async () => {
    const model = tinyModel();
    const { html, text } = await shown(model);
    // 11·8 embeddings, norms 3·8, attention 8·8 + 4·8 + 4·8 + 8·8, SwiGLU 3·24·8
    expect(text).toMatch(/^Language model of 880 parameters\n/);
    expect(text).toMatch(/\nattention heads +2 of 4, sharing 1 keys and values\n/);
    expect(html).toMatch(/<th scope="row"[^>]*>vocabulary V<\/th><td[^>]*>11 tokens<\/td>/);
    model.addAdapter({ rank: 2, targets: ["q_proj"] }, new Random(1));
    expect((await shown(model)).text).toMatch(/with an adapter of 32 parameters[\s\S]*rank 2, alpha 4, on q_proj/);
    model.dispose();
    expect(logged({ model })).toBe("{\n  model: Language model of 880 parameters, disposed: its weights are gone\n}");
  });
  it("with a reward head shows head and body", async () => {
    const rewardModel = createRewardModel(tinyModel(), new Random(0));
    expect((await shown(rewardModel)).text).toMatch(
      /^Reward model: a head of 8 parameters on a body of 880 parameters\n/,
    );
  });
});

it("a tokenizer shows its size and its special tokens", async () => {
  const { text } = await shown(Tokenizer.fromWords(["apple", "pear"]));
  expect(text).toMatch(/^Tokenizer of 8 tokens\n/);
  expect(text).toMatch(/\nend +<eos>, id 2\nfirst tokens +<pad> <bos> <eos> <unk> <user> <assistant> apple pear$/);
});

it("a backend report says why nothing better computes", async () => {
  const report = new BackendReport("wasm", "four threads", [{ name: "webgpu", reason: "no GPU", remedy: "buy one" }]);
  const { html, text } = await shown(report);
  expect(text).toBe("backend wasm: four threads\n  not webgpu: no GPU; buy one");
  expect(html).toMatch(/<th scope="row"[^>]*>not webgpu<\/th><td[^>]*>no GPU; buy one<\/td>/);
});

describe("a world", () => {
  const world = createWorld(0);
  it("shows what is asked in it", async () => {
    const { html, text } = await shown(world);
    expect(text).toMatch(/^World of seed 0: 9 families of prompts, 5 annotators, \d+ words\n/);
    expect(text).toMatch(/\nPrompts: train [\d,]+, heldOut [\d,]+, shift [\d,]+$/);
    expect(html.match(/<tr>/g)).toHaveLength(1 + 9);
  });
  it("gives records that show themselves, twenty at most, and are otherwise plain", async () => {
    const pairs = world.preferences("train", 25, new Random(0));
    const { html, text } = await shown(pairs);
    expect(text).toMatch(/^25 preference pairs\nprompt +chosen +rejected +margin +annotators +source\n/);
    expect(text).toMatch(/\n… and 5 more$/);
    expect(html.match(/<tr>/g)).toHaveLength(1 + 20);
    expect(Object.keys(pairs)).toHaveLength(25);
    expect(logged({ pairs })).toBe("{ pairs: [25 preference pairs] }");
    expect((await shown(world.samplePrompts("train", 2, new Random(0)))).text).toMatch(/^2 prompts\n/);
    expect((await shown(world.demonstrations("train", 1, new Random(0)))).text).toMatch(/^1 demonstration\n/);
    expect((await shown(world.feedback("train", 1, new Random(0)))).text).toMatch(/^1 thumb\n/);
  });
});

describe("a training run", () => {
  const losses = [3, 2, 0.5, 1];
  const run = new TrainingRun({
    method: "SftTrainer",
    seed: 7,
    backend: "machine of mine",
    steps: 4,
    metrics: losses.map((loss) => ({ loss, ...(loss < 1 ? {} : { grad_norm: loss }) })),
    evaluations: [{ step: 4, metrics: { gold: 0.25 } }],
    warnings: ["the loss rose"],
    seconds: 12.34,
    config: {},
  });
  it("shows each metric from first to last, its extremes and its course; no times, no machine", async () => {
    const { html, text } = await shown(run);
    expect(text.split("\n")).toEqual([
      "SftTrainer: 4 steps, seed 7",
      "metric            first    last  lowest  at step  highest  at step  course",
      "loss                  3       1  0.5000        3        3        1  █▅▁▂",
      "grad_norm             3       1       1        4        3        1  █▅▁",
      "evaluation/gold  0.2500  0.2500  0.2500        4   0.2500        4",
      "Warning: the loss rose",
    ]);
    expect(html).toContain('<svg role="img" aria-label="loss goes from 3 to 1"');
    expect(html).toContain('stroke="currentColor"');
    expect(html + text).not.toMatch(/12\.3|machine of mine/);
  });
  it("leaves its metrics plain, and lets them show themselves", async () => {
    expect((await shown(run.metrics)).text).toMatch(/^Metrics of 4 steps\nmetric/);
    expect(JSON.parse(JSON.stringify(run)).metrics).toEqual(run.metrics);
    expect(logged({ run })).toBe("{ run: SftTrainer: 4 steps, seed 7 }");
  });
  it("names what is not finite", async () => {
    const broken = new TrainingRun({ ...run, metrics: [{ loss: 1 }, { loss: Number.NaN }], steps: 2 });
    expect((await shown(broken)).text).toMatch(/\nloss +1 +NaN +1 +1 +1 +1\s*\n/);
  });
});

it("a gold evaluation shows its mean with the interval, components and families", async () => {
  const reward = { total: 0.5, correct: 1, helpful: 0, harmless: -1, concise: 0, honest: 0 };
  const sample = { prompt: "p", family: "fact" as const, reply: "r", reward, length: 3 };
  const { text } = await shown(summarizeGold([sample, sample]));
  expect(text).toMatch(/^Gold reward 0\.500, 95 % interval 0\.500 to 0\.500, on 2 prompts\nmean of +gold reward\n/);
  expect(text).toMatch(/\ncomponent: harmless +−1\n[\s\S]*\nfamily: fact +0\.500\n3 tokens a reply$/);
});
