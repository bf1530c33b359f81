import * as tf from "@tensorflow/tfjs";
import { CourseError } from "../../kernel-utils/src/errors";
import { configForSize, createModel, generateReplies, type LanguageModel } from "../../kernel-utils/src/model";
import { backendReport, Random } from "../../kernel-utils/src/tensor";
import { Tokenizer } from "../../kernel-utils/src/text";
import { PreferenceTrainer, Pretrainer, SftTrainer, type TrainingRun } from "../../kernel-utils/src/training";
import { tinyConfig } from "../model/tinyModel";
import { useTestBackend } from "../tensor/support";

beforeAll(useTestBackend);

const letters = ["a", "b", "c", "d", "e", "f", "g", "h"];
const tokenizer = Tokenizer.fromWords(letters);
const freshModel = (seed = 0) =>
  createModel(
    tinyConfig({ vocab_size: tokenizer.vocabularySize, hidden_size: 16, intermediate_size: 32, head_dim: 8 }),
    new Random(seed),
  );

/** The reply is the prompt's letter, twice. */
const echo = letters.map((letter) => ({ prompt: letter, completion: `${letter} ${letter}` }));
/** Prefer the echo to a fixed wrong answer. */
const pairs = letters.slice(1).map((letter) => ({ prompt: letter, chosen: `${letter} ${letter}`, rejected: "a" }));

const weightsOf = (model: LanguageModel) => [...model.parameters.values()].map((weight) => [...weight.dataSync()]);
const last = (run: TrainingRun) => run.metrics[run.metrics.length - 1];

describe("the SFT trainer", () => {
  it("teaches a rule: the model repeats the letter it is shown", async () => {
    const model = freshModel();
    const run = await new SftTrainer({ model, tokenizer, records: echo, steps: 80, learningRate: 1e-2 }).run();
    // ln 14 = 2.64 is the loss of guessing among 14 tokens
    expect(run.metrics[0].loss).toBeGreaterThan(2);
    expect(last(run).loss).toBeLessThan(0.05);
    const replies = await generateReplies(model, tokenizer, letters, { temperature: 0 });
    expect(replies.map(({ text }) => text)).toEqual(echo.map(({ completion }) => completion));
  });

  it("records what it did, fit for JSON", async () => {
    const trainer = new SftTrainer({ model: freshModel(), tokenizer, records: echo, steps: 3, batchSize: 4, seed: 7 });
    const run = await trainer.run();
    expect(run).toMatchObject({ method: "SftTrainer", seed: 7, backend: backendReport().identity, steps: 3 });
    expect(run.config).toMatchObject({ batchSize: 4, completionOnly: true, records: 8, reduction: "token" });
    expect(run.metrics).toHaveLength(3);
    expect(Object.keys(run.metrics[0]).sort()).toEqual(["grad_norm", "learning_rate", "loss", "tokens"]);
    expect(run.metrics[0].tokens).toBe(12); // four replies of two letters and an end token
    expect(JSON.parse(JSON.stringify(run))).toEqual(run);
  });

  it("counts prompt tokens only when told to", async () => {
    const options = { tokenizer, records: echo, steps: 1, completionOnly: false };
    const run = await new SftTrainer({ ...options, model: freshModel() }).run();
    expect(run.metrics[0].tokens).toBe(8 * 6); // all of bos user x assistant x x eos but the first
  });

  it("is the same bit for bit with the same seed, and another with another", async () => {
    const train = async (seed: number) => {
      const model = freshModel();
      const run = await new SftTrainer({ model, tokenizer, records: echo, steps: 5, batchSize: 3, seed }).run();
      return { weights: weightsOf(model), metrics: run.metrics };
    };
    const first = await train(1);
    expect(await train(1)).toEqual(first);
    expect((await train(2)).weights).not.toEqual(first.weights);
  });

  it("holds no more tensors after a step than before it, and none of its own at the end", async () => {
    const model = freshModel();
    const before = tf.memory().numTensors;
    const counts: number[] = [];
    const onStep = () => void counts.push(tf.memory().numTensors);
    await new SftTrainer({ model, tokenizer, records: echo, steps: 4 }).run({ onStep });
    expect(counts).toEqual(counts.map(() => before + 2 * model.parameters.size)); // AdamW's two moments
    expect(tf.memory().numTensors).toBe(before);
  });

  it("stops before a step that is not finite, names it, and leaves the weights as they were", async () => {
    const model = freshModel();
    const tensors = tf.memory().numTensors;
    const weight = model.parameters.get("model.layers.0.mlp.up_proj.weight")!;
    let before: number[][] = [];
    const onStep = ({ step }: { step: number }) => {
      if (step < 3) return;
      weight.assign(tf.tidy(() => tf.fill(weight.shape, Number.POSITIVE_INFINITY)));
      before = weightsOf(model);
    };
    const training = new SftTrainer({ model, tokenizer, records: echo, steps: 9 }).run({ onStep });
    const error = await training.catch((thrown: CourseError) => thrown);
    expect(error).toBeInstanceOf(CourseError);
    expect((error as CourseError).code).toBe("not-finite");
    expect((error as CourseError).message).toMatch(/^SftTrainer: loss is (NaN|-?Infinity) at step 4; .*learningRate/);
    expect(weightsOf(model)).toEqual(before);
    expect(tf.memory().numTensors).toBeLessThanOrEqual(tensors + 1); // the value given to assign
  });

  it("lets timers run between steps, so an interrupt gets in", async () => {
    let ticks = 0;
    const timer = setInterval(() => ticks++, 0);
    await new SftTrainer({ model: freshModel(), tokenizer, records: echo, steps: 10 }).run();
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(2);
  });

  it("refuses records it cannot learn from, and options out of range", async () => {
    const model = freshModel();
    const run = (options: object) => new SftTrainer({ model, tokenizer, records: echo, ...options }).run();
    await expect(run({ records: [] })).rejects.toThrow(/no records/);
    await expect(run({ steps: 0 })).rejects.toThrow(/steps is 0/);
    await expect(run({ maxGradNorm: -1 })).rejects.toThrow(/maxGradNorm is -1/);
    const long = [{ prompt: "a", completion: "b ".repeat(600) }];
    await expect(run({ records: long })).rejects.toThrow(/record 0 has 605 tokens, the model has 512/);
  });
});

describe("the pre-trainer", () => {
  it.each([
    ["padded", undefined],
    ["packed", 8],
  ])("learns raw text, %s", async (_, packTo) => {
    const documents = ["a b c d", "a b c", "a b"]; // after "a" always "b"; then "c" or the end
    const model = freshModel();
    const run = await new Pretrainer({ model, tokenizer, documents, packTo, steps: 80, learningRate: 1e-2 }).run();
    expect(last(run).loss).toBeLessThan(0.6);
    expect(run.config).toMatchObject({ documents: 3 });
  });
});

describe("the preference trainer", () => {
  const options = { tokenizer, records: pairs, steps: 40, learningRate: 3e-3, beta: 0.3 };

  it("starts at ln 2 with rewards 0, and no pair counts as won", async () => {
    const run = await new PreferenceTrainer({ ...options, model: freshModel(), steps: 1 }).run();
    expect(run.metrics[0].loss).toBeCloseTo(Math.LN2, 6);
    for (const name of ["rewards/chosen", "rewards/rejected", "rewards/margins"]) {
      expect(run.metrics[0][name]).toBeCloseTo(0, 5);
    }
    expect(Object.keys(run.metrics[0]).sort()).toEqual([
      "grad_norm",
      "learning_rate",
      "logps/chosen",
      "logps/rejected",
      "loss",
      "rewards/accuracies",
      "rewards/chosen",
      "rewards/margins",
      "rewards/rejected",
    ]);
  });

  it("raises chosen over rejected replies until every pair is won", async () => {
    const run = await new PreferenceTrainer({ ...options, model: freshModel() }).run();
    expect(last(run)["rewards/accuracies"]).toBe(1);
    expect(last(run)["rewards/margins"]).toBeGreaterThan(1);
    expect(last(run).loss).toBeLessThan(0.3);
    expect(last(run)["logps/chosen"]).toBeGreaterThan(run.metrics[0]["logps/chosen"]);
  });

  it("measures rewards from the reference it is given", async () => {
    const [model, reference] = [freshModel(0), freshModel(1)];
    const [first] = (await new PreferenceTrainer({ ...options, model, reference, steps: 1 }).run()).metrics;
    const own = (await new PreferenceTrainer({ ...options, model: freshModel(1), steps: 1 }).run()).metrics[0];
    // the other model's log-probs are its own at step 1; the reward is β times the difference
    expect(first["rewards/chosen"]).toBeCloseTo(0.3 * (first["logps/chosen"] - own["logps/chosen"]), 4);
    expect(weightsOf(reference)).toEqual(weightsOf(freshModel(1)));
  });

  it("keeps its reference when it goes on", async () => {
    const trainer = new PreferenceTrainer({ ...options, model: freshModel(), steps: 20 });
    const first = await trainer.run();
    const second = await trainer.run();
    expect(second.metrics[0].loss).toBeLessThan(first.metrics[10].loss);
  });

  it("trains a loss of one's own", async () => {
    const run = await new PreferenceTrainer({
      ...options,
      model: freshModel(),
      objective: ({ policyChosenLogps }) => ({ loss: tf.neg(tf.mean(policyChosenLogps)) as tf.Scalar }),
    }).run();
    expect(last(run).loss).toBeLessThan(run.metrics[0].loss);
    expect(run.config).toMatchObject({ objective: "own" });
  });

  it("is the same bit for bit with the same seed, and leaks nothing", async () => {
    const train = async () => {
      const model = freshModel();
      const before = tf.memory().numTensors;
      const run = await new PreferenceTrainer({ ...options, model, steps: 5, batchSize: 3 }).run();
      expect(tf.memory().numTensors).toBe(before);
      return { weights: weightsOf(model), metrics: run.metrics };
    };
    expect(await train()).toEqual(await train());
  });
});

it("a model for the course's world learns in a few steps what its records say", async () => {
  const config = configForSize("nano", tokenizer.vocabularySize);
  const model = createModel(config, new Random(0));
  const run = await new SftTrainer({ model, tokenizer, records: echo, steps: 40, learningRate: 5e-3 }).run();
  expect(last(run).loss).toBeLessThan(0.5);
});
