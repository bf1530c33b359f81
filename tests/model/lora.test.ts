import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import {
  decodeSafetensors,
  encodeSafetensors,
  generate,
  type LanguageModel,
  type LoraOptions,
  loadAdapter,
  saveAdapter,
} from "../../kernel-utils/src/model";
import { checkGradient, Random, useBackend } from "../../kernel-utils/src/tensor";
import { tinyModel } from "./tinyModel";

beforeAll(() => useBackend("wasm"));

const shape = { num_hidden_layers: 2, num_attention_heads: 4, num_key_value_heads: 2, head_dim: 4 };
const tokens = () => tf.tensor2d([[1, 4, 6, 7, 9]], undefined, "int32");
const logitsOf = (model: LanguageModel): Float32Array =>
  tf.tidy(() => model.forward(tokens()).dataSync<"float32">().slice());
const weightsOf = (model: LanguageModel) => [...model.parameters.values()].map((weight) => [...weight.dataSync()]);
const largestDifference = (a: Float32Array, b: Float32Array) =>
  a.reduce((worst, value, i) => Math.max(worst, Math.abs(value - b[i])), 0);

/** An adapter that does something: B is no longer 0. */
function adapted(options: LoraOptions = {}): LanguageModel {
  const model = tinyModel(shape);
  const adapter = model.addAdapter({ rank: 3, alpha: 6, ...options }, new Random("adapter"));
  for (const [name, B] of adapter.parameters) {
    if (name.includes("lora_B"))
      B.assign(tf.tidy(() => new Random(name).normalTensor(B.shape as [number, number], 0.2)));
  }
  return model;
}

describe("a new adapter", () => {
  it("changes no logit at all", () => {
    const model = tinyModel(shape);
    const before = logitsOf(model);
    model.addAdapter({ rank: 4 }, new Random(0));
    expect(logitsOf(model)).toEqual(before);
  });

  it("is the only thing trained: rank · (in + out) numbers a projection", () => {
    const model = tinyModel(shape);
    expect(model.trainable).toBe(model.parameters);
    const adapter = model.addAdapter({ rank: 4, targets: ["v_proj", "q_proj"] }, new Random(0));
    expect(model.trainable).toBe(adapter.parameters);
    // q is 8 → 16, v is 8 → 8; two layers
    expect(adapter.parameterCount).toBe(2 * 4 * (8 + 16 + 8 + 8));
    expect([...adapter.parameters.keys()].slice(0, 4)).toEqual([
      "model.layers.0.self_attn.q_proj.lora_A.weight",
      "model.layers.0.self_attn.q_proj.lora_B.weight",
      "model.layers.0.self_attn.v_proj.lora_A.weight",
      "model.layers.0.self_attn.v_proj.lora_B.weight",
    ]);
  });

  it("adapts all seven projections of every layer unless told otherwise", () => {
    const model = tinyModel(shape);
    expect(model.addAdapter({}, new Random(0)).parameters.size).toBe(2 * 7 * 2);
  });

  it("draws A within ±1/√in, the same for the same seed", () => {
    const valuesOf = (seed: number) => {
      const adapter = tinyModel(shape).addAdapter({ rank: 16 }, new Random(seed));
      return [...adapter.parameters.get("model.layers.1.mlp.up_proj.lora_A.weight")!.dataSync()];
    };
    const values = valuesOf(1);
    const largest = Math.max(...values.map(Math.abs));
    expect(largest).toBeLessThanOrEqual(1 / Math.sqrt(8));
    expect(largest).toBeGreaterThan(0.9 / Math.sqrt(8));
    expect(valuesOf(1)).toEqual(values);
    expect(valuesOf(2)).not.toEqual(values);
  });
});

describe("the adapted model", () => {
  it("computes x (W + alpha/rank · B A)ᵀ in every projection", () => {
    const model = adapted();
    const plain = tinyModel(shape);
    for (const [name, weight] of plain.parameters) {
      const stem = name.replace(/\.weight$/, "");
      const factor = (which: string) => model.adapter!.parameters.get(`${stem}.lora_${which}.weight`);
      const [A, B] = [factor("A"), factor("B")];
      if (!A || !B) continue;
      const [rows, columns, rank] = [B.shape[0], A.shape[1]!, A.shape[0]];
      const [a, b, changed] = [A.dataSync(), B.dataSync(), weight.dataSync().slice()];
      for (let i = 0; i < rows * columns; i++) {
        const [row, column] = [Math.floor(i / columns), i % columns];
        for (let r = 0; r < rank; r++) changed[i] += (6 / 3) * b[row * rank + r] * a[r * columns + column];
      }
      weight.assign(tf.tidy(() => tf.tensor(changed, weight.shape)));
    }
    expect(largestDifference(logitsOf(model), logitsOf(plain))).toBeLessThan(1e-5);
    expect(largestDifference(logitsOf(model), logitsOf(model.base))).toBeGreaterThan(1e-2);
  });

  it("has the base model inside it, bit for bit, and shared", () => {
    const model = adapted();
    expect(logitsOf(model.base)).toEqual(logitsOf(tinyModel(shape)));
    expect(model.base.parameters).toBe(model.parameters);
    const plain = tinyModel(shape);
    expect(plain.base).toBe(plain);
  });

  it("generates with its adapter, token by token as all at once", async () => {
    const model = adapted();
    const { tokens: rows, logps } = await generate(model, [[1, 4, 6]], { temperature: 0, maxNewTokens: 6, eosId: -1 });
    const full = tf.tidy(() => {
      const logits = model.forward(tf.tensor2d([[1, 4, 6, ...rows[0]]], undefined, "int32"));
      return tf.logSoftmax(logits).arraySync() as number[][][];
    });
    rows[0].forEach((token, step) => expect(Math.abs(full[0][2 + step][token] - logps[0][step])).toBeLessThan(1e-5));
  });

  it("copies with its adapter, and the copy goes its own way", () => {
    const model = adapted();
    const copy = model.clone();
    expect(logitsOf(copy)).toEqual(logitsOf(model));
    const B = copy.adapter!.parameters.get("model.layers.0.self_attn.q_proj.lora_B.weight")!;
    B.assign(tf.tidy(() => tf.zerosLike(B)));
    expect(logitsOf(copy)).not.toEqual(logitsOf(model));
  });

  it("leaves no tensor behind", () => {
    const before = tf.memory().numTensors;
    const model = adapted({ targets: ["q_proj"] });
    model.forward(tokens()).dispose();
    model.mergeAdapter();
    model.unmergeAdapter();
    model.clone().dispose();
    model.mergeAdapter();
    model.dispose();
    expect(tf.memory().numTensors - before).toBeLessThanOrEqual(2 + 1); // tokens, and values given to assign
  });
});

describe("merging", () => {
  it("gives the adapted model's logits", () => {
    const model = adapted();
    const before = logitsOf(model);
    model.mergeAdapter();
    expect(largestDifference(logitsOf(model), before)).toBeLessThan(1e-5);
    expect(weightsOf(model)).not.toEqual(weightsOf(tinyModel(shape)));
  });

  it("is undone bit for bit", () => {
    const model = adapted();
    const logits = logitsOf(model);
    model.mergeAdapter();
    model.unmergeAdapter();
    expect(weightsOf(model)).toEqual(weightsOf(tinyModel(shape)));
    expect(logitsOf(model)).toEqual(logits);
  });

  it("stays in the weights when the merged adapter is removed", () => {
    const model = adapted();
    model.mergeAdapter();
    const merged = logitsOf(model);
    model.removeAdapter();
    expect(logitsOf(model)).toEqual(merged);
    expect(model.trainable).toBe(model.parameters);
  });

  it("refuses what would lose track of the weights", () => {
    const model = adapted();
    expect(() => model.unmergeAdapter()).toThrow(/nothing is merged/);
    expect(() => model.addAdapter({}, new Random(0))).toThrow(/there is an adapter already/);
    model.mergeAdapter();
    expect(() => model.mergeAdapter()).toThrow(/adapter is merged, which rules out merging again; unmergeAdapter\(\)/);
    expect(() => model.trainable).toThrow(/rules out training/);
    expect(() => model.base).toThrow(/rules out the base model/);
    expect(() => tinyModel().mergeAdapter()).toThrow(/no adapter/);
  });
});

describe("the gradient through an adapter", () => {
  const names = [...adaptedNames()];

  it.each(names)("%s equals central differences", (name) => {
    const model = adapted({ targets: ["q_proj", "v_proj", "o_proj", "down_proj"] });
    const { adapter } = model;
    const weights = new Random("weights").normalTensor([1, 5, 11]);
    const loss = (value: tf.Tensor): tf.Scalar => {
      const kept = adapter!.parameters.get(name)!;
      const parameters = new Map([...adapter!.parameters, [name, value as tf.Variable]]);
      Object.assign(adapter!, { parameters });
      const result = tf.sum(tf.mul(model.forward(tokens()), weights)) as tf.Scalar;
      Object.assign(adapter!, { parameters: new Map([...parameters, [name, kept]]) });
      return result;
    };
    const report = checkGradient(loss, [adapter!.parameters.get(name)!], { samples: 12 });
    expect(report.toString()).toMatch(/^gradient holds/);
    expect(Math.abs(report.worst.analytic)).toBeGreaterThan(0);
  });

  function* adaptedNames(): Generator<string> {
    for (const part of ["self_attn.q_proj", "self_attn.v_proj", "self_attn.o_proj", "mlp.down_proj"]) {
      for (const factor of ["A", "B"]) yield `model.layers.1.${part}.lora_${factor}.weight`;
    }
  }
});

describe("adapter dropout", () => {
  it("drops only where training says so, by the given stream", () => {
    const model = adapted({ dropout: 0.5 });
    const dropped = (seed: number) => model.withDropout(new Random(seed), () => logitsOf(model));
    const clean = logitsOf(adapted());
    expect(logitsOf(model)).toEqual(clean);
    expect(dropped(1)).not.toEqual(clean);
    expect(dropped(1)).toEqual(dropped(1));
    expect(dropped(1)).not.toEqual(dropped(2));
    expect(model.withDropout(new Random(1), () => logitsOf(model.base))).toEqual(logitsOf(tinyModel(shape)));
  });

  it("keeps the adapter's change the same on average", () => {
    const model = adapted({ dropout: 0.3, targets: ["down_proj"] });
    const x = tf.ones<tf.Rank.R2>([1, 12]);
    const name = "model.layers.0.mlp.down_proj";
    const exact = model.adapter!.change(name, x)!.dataSync();
    const mean = new Float64Array(exact.length);
    const draws = 4000;
    for (let draw = 0; draw < draws; draw++) {
      const values = tf.tidy(() => model.adapter!.change(name, x, new Random(draw))!.dataSync());
      values.forEach((value, i) => (mean[i] += value / draws));
    }
    const size = Math.max(...exact.map(Math.abs));
    exact.forEach((value, i) => expect(Math.abs(value - mean[i]) / size).toBeLessThan(0.1)); // about 4 standard errors
  });
});

describe("adapter files", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "adapter-"))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("come back as they were", async () => {
    const model = adapted({ targets: ["v_proj", "gate_proj"], dropout: 0.1 });
    await saveAdapter(join(folder, "a"), model.adapter!);
    const other = tinyModel(shape);
    const adapter = await loadAdapter(join(folder, "a"), other);
    expect(adapter.settings).toEqual({ rank: 3, alpha: 6, targets: ["v_proj", "gate_proj"], dropout: 0.1 });
    expect(logitsOf(other)).toEqual(logitsOf(model));
  });

  it("have PEFT's names and fields", async () => {
    const model = adapted({ targets: ["q_proj"] });
    await saveAdapter(folder, model.adapter!, "my-base");
    const { tensors } = decodeSafetensors(readFileSync(join(folder, "adapter_model.safetensors")), "file");
    expect([...tensors.keys()].sort()[0]).toBe("base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight");
    expect(tensors.get("base_model.model.model.layers.1.self_attn.q_proj.lora_B.weight")!.shape).toEqual([16, 3]);
    const config = JSON.parse(readFileSync(join(folder, "adapter_config.json"), "utf8"));
    expect(config).toMatchObject({
      peft_type: "LORA",
      task_type: "CAUSAL_LM",
      base_model_name_or_path: "my-base",
      r: 3,
      lora_alpha: 6,
      target_modules: ["q_proj"],
      bias: "none",
    });
  });

  it("replace an older adapter whole: a broken one is refused before anything is written", async () => {
    const model = adapted();
    await saveAdapter(join(folder, "a"), model.adapter!);
    const before = readFileSync(join(folder, "a", "adapter_model.safetensors"));
    const A = model.adapter!.parameters.get("model.layers.0.self_attn.q_proj.lora_A.weight")!;
    A.assign(tf.tidy(() => tf.fill(A.shape, Number.NaN)));
    await expect(saveAdapter(join(folder, "a"), model.adapter!)).rejects.toThrow(/q_proj.lora_A.weight is NaN at 0/);
    expect(readFileSync(join(folder, "a", "adapter_model.safetensors"))).toEqual(before);
    expect(existsSync(join(folder, "a.previous"))).toBe(false);
  });

  const configFile = () => join(folder, "adapter_config.json");
  const change = (fields: object) => {
    const config = JSON.parse(readFileSync(configFile(), "utf8"));
    writeFileSync(configFile(), JSON.stringify({ ...config, ...fields }));
  };

  it.each([
    [{ use_rslora: true }, /use_rslora is true; only plain LoRA/],
    [{ bias: "all" }, /bias is "all"; only plain LoRA/],
    [{ rank_pattern: { q_proj: 2 } }, /rank_pattern is/],
    [{ peft_type: "IA3" }, /peft_type is IA3; only LORA/],
    [{ target_modules: ".*attn.*" }, /target_modules is ".\*attn.\*"; write a list/],
    [{ target_modules: ["c_attn"] }, /targets is c_attn; it must be some of q_proj/],
    [{ r: "3" }, /rank is 3; it must be a positive integer/],
    [{ r: 2 }, /has shape \[3,8\], the model needs \[2,8\]/],
    [{ target_modules: ["q_proj", "k_proj"] }, /k_proj.lora_A.weight is missing/],
    [{ target_modules: ["v_proj"] }, /missing|belongs to no adapted projection/],
  ])("with %j are refused", async (fields, message) => {
    await saveAdapter(folder, adapted({ targets: ["q_proj"] }).adapter!);
    change(fields);
    const model = tinyModel(shape);
    await expect(loadAdapter(folder, model)).rejects.toThrow(message);
    expect(model.adapter).toBeUndefined();
  });

  it("that are missing, no JSON or for more than the targets are refused in one line", async () => {
    const model = tinyModel(shape);
    await expect(loadAdapter(join(folder, "none"), model)).rejects.toThrow(/none does not exist/);
    await expect(loadAdapter(folder, model)).rejects.toThrow(/adapter_config.json: cannot be read/);
    await saveAdapter(folder, adapted({ targets: ["q_proj"] }).adapter!);
    const file = join(folder, "adapter_model.safetensors");
    const { tensors } = decodeSafetensors(readFileSync(file), file);
    tensors.set("base_model.model.lm_head.lora_A.weight", { shape: [1, 1], values: new Float32Array(1) });
    writeFileSync(file, encodeSafetensors(tensors));
    await expect(loadAdapter(folder, model)).rejects.toThrow(/lm_head.lora_A.weight belongs to no adapted projection/);
    writeFileSync(configFile(), "[");
    await expect(loadAdapter(folder, model)).rejects.toThrow(/not a JSON object/);
  });
});

it.each([
  [{ rank: 0 }, /rank is 0/],
  [{ alpha: -1 }, /alpha is -1/],
  [{ dropout: 1 }, /dropout is 1; it must be in \[0, 1\)/],
  [{ targets: [] }, /targets is empty/],
  [{ targets: ["lm_head"] as never[] }, /targets is lm_head; it must be some of q_proj/],
])("refuses %j", (options: LoraOptions, message) => {
  expect(() => tinyModel(shape).addAdapter(options, new Random(0))).toThrow(message);
});
