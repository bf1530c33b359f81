import * as tf from "@tensorflow/tfjs";
import type { LanguageModel } from "../../kernel-utils/src/model";
import { peakMemory, Random, useBackend } from "../../kernel-utils/src/tensor";
import { Tokenizer } from "../../kernel-utils/src/text";
import { accumulateGradients, type Example, SftTrainer, sftMicrobatch } from "../../kernel-utils/src/training";
import { tinyModel } from "./tinyModel";

beforeAll(() => useBackend("wasm"));

const shape = { num_hidden_layers: 3, num_attention_heads: 4, num_key_value_heads: 2, head_dim: 4 };
/** Of unequal lengths, so that the list without padding differs from the batch. */
const examples: Example[] = [
  { tokens: [1, 4, 7, 5, 8, 9, 2], labels: [-100, -100, -100, -100, 8, 9, 2] },
  { tokens: [1, 4, 6, 2], labels: [-100, -100, 6, 2] },
  { tokens: [1, 3, 3, 8, 10, 2], labels: [1, 3, 3, 8, 10, 2] },
];

async function gradientsOf(model: LanguageModel, checkpointLayers: boolean) {
  model.checkpointLayers = checkpointLayers;
  const body = () => model.withDropout(new Random(3), () => sftMicrobatch(model, examples).lossOf());
  const { gradients, metrics } = await accumulateGradients(model.trainable, [{ weight: 1, lossOf: body }]);
  const values = [...gradients].map(([name, gradient]) => [name, [...gradient.dataSync()]]);
  tf.dispose([...gradients.values()]);
  return { values, metrics };
}

describe("running each layer again in the backward pass", () => {
  it("gives the gradient of every parameter bit for bit", async () => {
    const model = tinyModel(shape);
    const kept = await gradientsOf(model, false);
    expect(await gradientsOf(model, true)).toEqual(kept);
    expect(kept.values).toHaveLength(model.parameters.size);
  });

  it("gives an adapter's, dropout and all", async () => {
    const model = tinyModel(shape);
    const adapter = model.addAdapter({ rank: 2, dropout: 0.4 }, new Random(0));
    for (const [name, B] of adapter.parameters) {
      if (name.includes("lora_B")) B.assign(tf.tidy(() => new Random(name).normalTensor(B.shape as [number, number])));
    }
    const kept = await gradientsOf(model, false);
    expect(await gradientsOf(model, true)).toEqual(kept);
    expect(kept.values).toHaveLength(adapter.parameters.size);
  });

  it("gives those of a whole padded batch, masks and all", () => {
    const model = tinyModel(shape);
    const gradients = (checkpointLayers: boolean) => {
      model.checkpointLayers = checkpointLayers;
      return tf.tidy(() => {
        const tokens = tf.tensor2d(
          [
            [0, 0, 1, 4],
            [1, 4, 7, 8],
          ],
          undefined,
          "int32",
        );
        const attentionMask = tf.tensor2d([
          [0, 0, 1, 1],
          [1, 1, 1, 1],
        ]);
        const loss = () => tf.sum(tf.square(model.forward(tokens, { attentionMask }))).asScalar();
        const { grads } = tf.variableGrads(loss, [...model.parameters.values()]);
        return Object.values(grads).map((gradient) => [...gradient.dataSync()]);
      });
    };
    expect(gradients(true)).toEqual(gradients(false));
  });

  it("computes the same forward pass and leaves no tensor behind", async () => {
    const model = tinyModel(shape);
    const before = tf.memory().numTensors;
    const logits = () => tf.tidy(() => [...model.forward(tf.tensor2d([[1, 4, 6]], undefined, "int32")).dataSync()]);
    const plain = logits();
    await gradientsOf(model, true);
    expect(logits()).toEqual(plain);
    expect(tf.memory().numTensors).toBe(before);
  });

  it("saves memory: in six layers, most of what a step holds", async () => {
    const model = tinyModel({
      ...shape,
      num_hidden_layers: 6,
      hidden_size: 32,
      intermediate_size: 88,
      head_dim: 8,
      max_position_embeddings: 64,
    });
    const random = new Random(0);
    const tokens = Array.from({ length: 64 }, () => random.integer(11));
    const long: Example[] = Array.from({ length: 8 }, () => ({ tokens, labels: tokens }));
    const peakOf = async (checkpointLayers: boolean) => {
      model.checkpointLayers = checkpointLayers;
      const { peakBytes, result } = await peakMemory(() =>
        accumulateGradients(model.parameters, [sftMicrobatch(model, long)]),
      );
      tf.dispose([...result.gradients.values()]);
      return peakBytes;
    };
    const [kept, recomputed] = [await peakOf(false), await peakOf(true)];
    expect(recomputed).toBeLessThan(0.4 * kept);
  });
});

it("a trainer takes the option for its run only", async () => {
  const tokenizer = Tokenizer.fromWords(["a", "b", "c", "d", "e"]);
  const records = [
    { prompt: "a", completion: "b c" },
    { prompt: "d", completion: "e" },
  ];
  const train = async (checkpointLayers?: boolean) => {
    const model = tinyModel(shape);
    const seen: boolean[] = [];
    const options = { model, tokenizer, records, steps: 3, checkpointLayers };
    const run = await new SftTrainer(options).run({ onStep: () => void seen.push(model.checkpointLayers) });
    expect(model.checkpointLayers).toBe(false);
    return { metrics: run.metrics, seen, recorded: run.config.checkpointLayers };
  };
  const [plain, checkpointed] = [await train(), await train(true)];
  expect(checkpointed.metrics).toEqual(plain.metrics);
  expect([plain.seen, plain.recorded]).toEqual([[false, false, false], false]);
  expect([checkpointed.seen, checkpointed.recorded]).toEqual([[true, true, true], true]);
});
