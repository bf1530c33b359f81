import * as tf from "@tensorflow/tfjs";
import { generate, sampleToken } from "../../kernel-utils/src/model";
import { DecodeStep } from "../../kernel-utils/src/model/decodeStep";
import { Decoding } from "../../kernel-utils/src/model/decoding";
import { Random, useBackend } from "../../kernel-utils/src/tensor";
import { wasmHeap } from "../../kernel-utils/src/tensor/wasm/install";
import { scoreExamples } from "../../kernel-utils/src/training";
import { tinyModel } from "./tinyModel";

beforeAll(() => useBackend("wasm"));
afterEach(() => jest.restoreAllMocks());

const prompts = [
  [1, 4, 6, 7, 5],
  [1, 4, 5],
  [1, 4, 9, 10, 8, 7, 5],
  [1, 9],
  [1, 3, 3, 5],
];
const never = -1;
const model = () => tinyModel({ num_hidden_layers: 2, num_attention_heads: 4, head_dim: 4, num_key_value_heads: 2 });

/** An end token that some rows reach early and some late or never. */
const eosId = 8;

describe("between two tokens", () => {
  it("neither tensors nor bytes nor the heap grow: the cache is set aside once and written in place", async () => {
    const policy = model();
    const states: string[] = [];
    const onStep = () => {
      const { numTensors, numBytes, numDataBuffers } = tf.memory();
      states.push(
        JSON.stringify({ numTensors, numBytes, numDataBuffers, heap: wasmHeap()!.backend.wasm.HEAPU8.length }),
      );
    };
    await generate(policy, prompts, { maxNewTokens: 40, eosId: never, onStep });
    expect(states).toHaveLength(40);
    expect(new Set(states).size).toBe(1);
  });

  it("bytes only ever fall as rows end and leave", async () => {
    const policy = model();
    const bytes: number[] = [];
    const running: number[] = [];
    await generate(policy, prompts, {
      seed: 2,
      maxNewTokens: 60,
      eosId,
      onStep: (report) => {
        running.push(report.running);
        bytes.push(tf.memory().numBytes);
      },
    });
    expect(bytes).toEqual([...bytes].sort((a, b) => b - a));
    expect(bytes.at(-1)).toBeLessThan(bytes[0]);
    expect(running).toEqual([...running].sort((a, b) => b - a));
  });
});

describe("rows that have ended", () => {
  it("leave the batch once they are half of it", async () => {
    const policy = model();
    const batches: number[] = [];
    const step = DecodeStep.prototype.logits;
    const spy = jest.spyOn(DecodeStep.prototype, "logits").mockImplementation(function (this: DecodeStep, inputs) {
      batches.push(inputs.tokens.length);
      return step.call(this, inputs);
    });
    const { tokens } = await generate(policy, prompts, { seed: 2, maxNewTokens: 60, eosId });
    const lengths = tokens.map((row) => row.length).sort((a, b) => a - b);
    expect(lengths[0]).toBeLessThan(lengths[4]); // or there is nothing to see here
    batches.forEach((rows, step) => {
      const stillRunning = lengths.filter((length) => length > step + 1).length;
      expect(rows).toBeLessThan(2 * stillRunning + 1);
    });
    expect(new Set(batches).size).toBeGreaterThan(1);
    spy.mockRestore();
  });

  it.each([{ temperature: 0 }, { seed: 1 }, { seed: 2, topK: 4, temperature: 1.5 }])(
    "change nothing for the others: %j",
    async (options) => {
      const policy = model();
      const dropping = await generate(policy, prompts, { ...options, maxNewTokens: 40, eosId });
      jest.spyOn(Decoding.prototype, "dropEnded").mockImplementation(() => {});
      expect(await generate(policy, prompts, { ...options, maxNewTokens: 40, eosId })).toEqual(dropping);
    },
  );
});

describe("log-probs that come with the tokens", () => {
  it.each([{}, { temperature: 0 }, { temperature: 0.6 }, { temperature: 1.7, topK: 3 }, { topP: 0.8 }])(
    "under the model are those of scoring the finished reply, with %j",
    async (options) => {
      const policy = model();
      const { tokens, modelLogps } = await generate(policy, prompts, { ...options, seed: 4, maxNewTokens: 12, eosId });
      const scores = await scoreExamples(
        policy,
        prompts.map((prompt, row) => ({
          tokens: [...prompt, ...tokens[row]],
          labels: [...prompt.map(() => -100), ...tokens[row]],
        })),
      );
      scores.forEach(({ sum, count }, row) => {
        expect(count).toBe(tokens[row].length);
        const total = modelLogps[row].reduce((all, logp) => all + logp, 0);
        expect(Math.abs(sum - total)).toBeLessThan(1e-5 * count);
      });
    },
  );

  const logits = Float32Array.from([0.5, 0.3, 0.15, 0.05], Math.log);

  it.each([
    // [token 0, token 1]: of the draw itself; at the temperature; of the model
    ["nothing set", {}, [0.5, 0.3], [0.5, 0.3]],
    ["top-k 2", { topK: 2 }, [0.625, 0.375], [0.5, 0.3]],
    ["top-p 0.7", { topP: 0.7 }, [0.625, 0.375], [0.5, 0.3]],
    // squares 0.25 and 0.09: over 0.365 of all four, over 0.34 of the two
    [
      "temperature 1/2, top-k 2",
      { temperature: 0.5, topK: 2 },
      [0.25 / 0.34, 0.09 / 0.34],
      [0.25 / 0.365, 0.09 / 0.365],
    ],
  ])("with %s are the probabilities by hand", (_, options, sampling, tempered) => {
    const random = new Random(0);
    const drawn = new Set<number>();
    for (let i = 0; i < 60; i++) {
      const { token, logp, modelLogp, samplingLogp } = sampleToken(logits, options, random);
      if (token > 1) continue;
      drawn.add(token);
      expect(Math.exp(samplingLogp)).toBeCloseTo(sampling[token], 6);
      expect(Math.exp(logp)).toBeCloseTo(tempered[token], 6);
      expect(Math.exp(modelLogp)).toBeCloseTo([0.5, 0.3][token], 6);
    }
    expect(drawn.size).toBe(2);
  });

  it("of a greedy draw is certain: log-prob 0, while the model has its own", () => {
    const { samplingLogp, modelLogp } = sampleToken(logits, { temperature: 0 }, new Random(0));
    expect(samplingLogp).toBe(0);
    expect(Math.exp(modelLogp)).toBeCloseTo(0.5, 6);
  });
});

describe("on the plain backend", () => {
  beforeAll(() => useBackend("cpu"));
  afterAll(() => useBackend("wasm"));

  it("greedy decoding gives the same tokens", async () => {
    const decode = async () => (await generate(model(), prompts, { temperature: 0, maxNewTokens: 10, eosId })).tokens;
    const plain = await decode();
    await useBackend("wasm");
    expect(await decode()).toEqual(plain);
  });
});
