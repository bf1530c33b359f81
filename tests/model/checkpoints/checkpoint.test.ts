import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import {
  decodeSafetensors,
  encodeSafetensors,
  type LanguageModel,
  loadCheckpoint,
  saveCheckpoint,
} from "../../../kernel-utils/src/model";
import { useBackend } from "../../../kernel-utils/src/tensor";
import { HuggingFaceTokenizer, readTokenizer, Tokenizer } from "../../../kernel-utils/src/text";
import { tinyModel } from "../tinyModel";

let parent: string;
beforeAll(() => useBackend("wasm"));
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "checkpoint-"));
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

const tokenizer = Tokenizer.fromWords(["a", "b", "c", "d", "e"]);
const read = (path: string) => JSON.parse(readFileSync(join(parent, path), "utf8"));
const write = (path: string, content: object) => writeFileSync(join(parent, path), JSON.stringify(content));

describe("a checkpoint", () => {
  const tokens = () => tf.tensor2d([[1, 4, 6, 7]], undefined, "int32");

  it("brings back model, tokenizer and notes bit for bit", async () => {
    const model = tinyModel();
    await saveCheckpoint(join(parent, "sft"), model, tokenizer, { seed: 3 });
    const loaded = await loadCheckpoint(join(parent, "sft"));
    expect(loaded.extra).toEqual({ seed: 3 });
    expect(loaded.tokenizer.tokens).toEqual(tokenizer.tokens);
    expect(loaded.model.config).toEqual(model.config);
    expect(loaded.model.forward(tokens()).arraySync()).toEqual(model.forward(tokens()).arraySync());
  });

  it("is laid out as Hugging Face's loaders expect", async () => {
    await saveCheckpoint(join(parent, "sft"), tinyModel(), tokenizer);
    const config = JSON.parse(readFileSync(join(parent, "sft/config.json"), "utf8"));
    expect(config).toMatchObject({
      architectures: ["LlamaForCausalLM"],
      model_type: "llama",
      hidden_act: "silu",
      num_key_value_heads: 1,
      tie_word_embeddings: true,
      torch_dtype: "float32",
    });
    const { tensors: saved } = decodeSafetensors(readFileSync(join(parent, "sft/model.safetensors")), "");
    expect(saved.get("model.layers.0.mlp.down_proj.weight")!.shape).toEqual([8, 12]); // [out, in]
    expect(JSON.parse(readFileSync(join(parent, "sft/tokenizer_config.json"), "utf8")).chat_template).toMatch(/eos/);
  });

  it("replaces the one before it and leaves nothing beside it", async () => {
    await saveCheckpoint(join(parent, "sft"), tinyModel({}, 1), tokenizer, { seed: 1 });
    await saveCheckpoint(join(parent, "sft"), tinyModel({}, 2), tokenizer, { seed: 2 });
    expect((await loadCheckpoint(join(parent, "sft"))).extra).toEqual({ seed: 2 });
    expect(readdirSync(parent)).toEqual(["sft"]);
  });

  it("stays whole when the next save fails", async () => {
    await saveCheckpoint(join(parent, "sft"), tinyModel(), tokenizer, { seed: 1 });
    const broken: Record<string, unknown> = {};
    broken.itself = broken; // cannot be written as JSON
    await expect(saveCheckpoint(join(parent, "sft"), tinyModel(), tokenizer, broken)).rejects.toThrow(/circular/);
    expect((await loadCheckpoint(join(parent, "sft"))).extra).toEqual({ seed: 1 });
    expect(readdirSync(parent)).toEqual(["sft"]);
  });

  it("is found where a crash between the two renames left it", async () => {
    await saveCheckpoint(join(parent, "sft"), tinyModel(), tokenizer, { seed: 1 });
    renameSync(join(parent, "sft"), join(parent, "sft.previous"));
    expect((await loadCheckpoint(join(parent, "sft"))).extra).toEqual({ seed: 1 });
    await saveCheckpoint(join(parent, "sft"), tinyModel(), tokenizer, { seed: 2 });
    expect(readdirSync(parent)).toEqual(["sft"]);
  });

  it("is not written from a broken model", async () => {
    const model = tinyModel();
    model.parameters.get("model.norm.weight")!.assign(tf.tensor1d([1, 1, Number.NaN, 1, 1, 1, 1, 1]));
    await expect(saveCheckpoint(join(parent, "sft"), model, tokenizer)).rejects.toThrow(/norm.weight is NaN at 2/);
    expect(existsSync(join(parent, "sft"))).toBe(false);
  });

  /** Saves, damages one file, loads. */
  async function loadDamaged(file: string, damage: (bytes: Buffer) => Uint8Array | string): Promise<unknown> {
    await saveCheckpoint(join(parent, "sft"), tinyModel(), tokenizer);
    const path = join(parent, "sft", file);
    writeFileSync(path, damage(readFileSync(path)));
    return loadCheckpoint(join(parent, "sft"));
  }
  const edit = (change: (json: Record<string, unknown>) => void) => (bytes: Buffer) => {
    const json = JSON.parse(bytes.toString());
    change(json);
    return JSON.stringify(json);
  };
  const without = (name: string) => (bytes: Buffer) => {
    const { tensors: saved } = decodeSafetensors(bytes, "");
    saved.delete(name);
    return encodeSafetensors(saved);
  };
  const withExtra = (bytes: Buffer) => {
    const { tensors: saved } = decodeSafetensors(bytes, "");
    return encodeSafetensors(saved.set("lm_head.bias", { shape: [1], values: Float32Array.of(1) }));
  };
  const withNaN = (bytes: Buffer) => {
    const { tensors: saved } = decodeSafetensors(bytes, "");
    saved.get("model.norm.weight")!.values[3] = Number.NaN;
    return encodeSafetensors(saved);
  };

  it.each([
    [
      "truncated weights",
      "model.safetensors",
      (bytes: Buffer) => bytes.subarray(0, -1),
      /model\.safetensors: truncated/,
    ],
    ["a missing weight", "model.safetensors", without("model.norm.weight"), /model\.norm\.weight is missing/],
    ["a weight too many", "model.safetensors", withExtra, /lm_head.bias is no weight of the model in config.json/],
    ["a list in place of fields", "config.json", () => Buffer.from("[]"), /config\.json: not a JSON object/],
    ["a weight that is NaN", "model.safetensors", withNaN, /model\.norm\.weight is NaN at 3/],
    ["another shape", "config.json", edit((json) => Object.assign(json, { vocab_size: 12 })), /\[11,8\].*\[12,8\]/],
    ["another architecture", "config.json", edit((json) => Object.assign(json, { model_type: "gpt2" })), /gpt2/],
    ["half a JSON file", "config.json", (bytes: Buffer) => bytes.subarray(0, 20), /config\.json: not JSON/],
  ])("refuses %s", async (_, file, damage, message) => {
    await expect(loadDamaged(file, damage)).rejects.toThrow(message);
  });

  it("says where it looked", async () => {
    await expect(loadCheckpoint(join(parent, "none"))).rejects.toThrow(/none does not exist/);
  });
});

describe("weights on disk", () => {
  const weightsOf = (model: LanguageModel) => [...model.parameters].map(([name, value]) => [name, value.arraySync()]);

  it.each(["bfloat16", "float16"] as const)("in %s are rounded once and stay the same from then on", async (dtype) => {
    const model = tinyModel();
    await saveCheckpoint(join(parent, "a"), model, tokenizer, {}, { dtype });
    const once = (await loadCheckpoint(join(parent, "a"))).model;
    await saveCheckpoint(join(parent, "b"), once, tokenizer, {}, { dtype });
    const twice = (await loadCheckpoint(join(parent, "b"))).model;
    expect(weightsOf(twice)).toEqual(weightsOf(once));
    expect(weightsOf(once)).not.toEqual(weightsOf(model));
    const name = "model.layers.0.mlp.up_proj.weight";
    const [full, half] = [model, once].map((one) => one.parameters.get(name)!.dataSync());
    const relative = dtype === "bfloat16" ? 2 ** -8 : 2 ** -11; // half a unit in the last place
    for (const [index, value] of full.entries()) {
      expect(Math.abs(half[index] - value)).toBeLessThanOrEqual(relative * Math.abs(value));
    }
    expect(read("a/config.json")).toMatchObject({ dtype, torch_dtype: dtype });
    const bytes = 2 * model.parameterCount;
    const file = readFileSync(join(parent, "a/model.safetensors"));
    expect(file.length).toBe(8 + Number(file.readBigUInt64LE()) + bytes);
  });

  it("refuse a weight that the format would make infinite", async () => {
    const model = tinyModel();
    model.parameters.get("model.norm.weight")!.assign(tf.tensor1d([1, 1, 1, 7e4, 1, 1, 1, 1]));
    const save = saveCheckpoint(join(parent, "sft"), model, tokenizer, {}, { dtype: "float16" });
    await expect(save).rejects.toThrow(/norm.weight is 70000 at 3, float16 ends at 65504; save as float32/);
    await expect(saveCheckpoint(join(parent, "s"), model, tokenizer, {}, { maxShardBytes: 0 })).rejects.toThrow(
      /is 0;/,
    );
    const dtype = "int8" as "float16";
    await expect(saveCheckpoint(join(parent, "s"), model, tokenizer, {}, { dtype })).rejects.toThrow(/dtype is "int8"/);
    expect(readdirSync(parent)).toEqual([]);
  });

  it("are cut into shards of the size asked for, with an index that adds up", async () => {
    const model = tinyModel({ num_hidden_layers: 2 });
    await saveCheckpoint(join(parent, "sft"), model, tokenizer, {}, { maxShardBytes: 1000 });
    const index = read("sft/model.safetensors.index.json");
    const shards = readdirSync(join(parent, "sft")).filter((name) => name.endsWith(".safetensors"));
    expect(shards.length).toBeGreaterThan(2);
    expect(shards[0]).toBe(`model-00001-of-0000${shards.length}.safetensors`);
    expect(index.metadata.total_size).toBe(4 * model.parameterCount);
    expect(Object.keys(index.weight_map)).toEqual([...model.parameters.keys()]);
    const sizes = shards.map((name) => {
      const bytes = readFileSync(join(parent, "sft", name));
      expect([...decodeSafetensors(bytes, name).tensors.keys()].every((key) => index.weight_map[key] === name)).toBe(
        true,
      );
      return bytes.length - 8 - Number(bytes.readBigUInt64LE());
    });
    for (const size of sizes) expect(size).toBeLessThanOrEqual(1000);
    expect(weightsOf((await loadCheckpoint(join(parent, "sft"))).model)).toEqual(weightsOf(model));
  });

  it("hold a shared table once, or twice if the copies agree", async () => {
    const model = tinyModel({}, 1);
    await saveCheckpoint(join(parent, "sft"), model, tokenizer);
    const path = join(parent, "sft/model.safetensors");
    const { tensors } = decodeSafetensors(readFileSync(path), "");
    expect(tensors.has("lm_head.weight")).toBe(false);
    const table = tensors.get("model.embed_tokens.weight")!;
    tensors.set("lm_head.weight", table);
    tensors.set("model.layers.0.self_attn.rotary_emb.inv_freq", { shape: [2], values: Float32Array.of(1, 0.01) });
    writeFileSync(path, encodeSafetensors(tensors));
    expect(weightsOf((await loadCheckpoint(join(parent, "sft"))).model)).toEqual(weightsOf(model));
    tensors.set("lm_head.weight", { ...table, values: table.values.map((value) => value + 1) });
    writeFileSync(path, encodeSafetensors(tensors));
    await expect(loadCheckpoint(join(parent, "sft"))).rejects.toThrow(/lm_head.weight differs from model.embed_tokens/);
  });
});

describe("a checkpoint of someone else", () => {
  const content = JSON.parse(readFileSync(join(__dirname, "../../fixtures/tokenizers/byteLevelBpe.json"), "utf8"));
  const settings = { bos_token: "<s>", eos_token: "</s>" };
  const bytePairs = readTokenizer(content.tokenizer, settings);
  const saveTheirs = () => saveCheckpoint(join(parent, "x"), tinyModel({ vocab_size: 300 }), bytePairs);

  it("comes with its own tokenizer", async () => {
    await saveTheirs();
    const { tokenizer: loaded } = await loadCheckpoint(join(parent, "x"));
    expect(loaded).toBeInstanceOf(HuggingFaceTokenizer);
    expect(loaded.encode("the cat sat")).toEqual(bytePairs.encode("the cat sat"));
    expect([read("x/tokenizer.json"), read("x/tokenizer_config.json")]).toEqual([content.tokenizer, settings]);
  });

  it("may lack what only we write", async () => {
    await saveTheirs();
    for (const file of ["run.json", "generation_config.json"]) rmSync(join(parent, "x", file));
    expect((await loadCheckpoint(join(parent, "x"))).extra).toEqual({});
  });

  it("may keep its chat template in a file of its own", async () => {
    await saveTheirs();
    writeFileSync(join(parent, "x/chat_template.jinja"), "<s>[{{ messages[0]['content'] }}]");
    const { tokenizer: loaded } = await loadCheckpoint(join(parent, "x"));
    expect(loaded.decode(loaded.encodePrompt("cat"), { special: true })).toBe("<s>[cat]");
  });

  it("may end in several ways; the tokenizer's comes first", async () => {
    await saveTheirs();
    write("x/config.json", { ...read("x/config.json"), eos_token_id: 7 });
    write("x/generation_config.json", { eos_token_id: [7, 1, 9] });
    const { model, eosIds } = await loadCheckpoint(join(parent, "x"));
    expect(eosIds).toEqual([1, 7, 9]); // 1 is </s>
    expect(model.config.eos_token_id).toBe(1);
  });

  it("may have a larger vocabulary in the model than in the tokenizer, not a smaller", async () => {
    await saveCheckpoint(join(parent, "x"), tinyModel({ vocab_size: 200 }), bytePairs);
    await expect(loadCheckpoint(join(parent, "x"))).rejects.toThrow(/tokenizer\.json: .*id 200, ids .* end at 199/);
    await saveCheckpoint(join(parent, "y"), tinyModel({ vocab_size: 8 }), tokenizer);
    await expect(loadCheckpoint(join(parent, "y"))).rejects.toThrow(/tokenizer\.json: 11 tokens.* vocab_size 8/);
  });
});

describe("an index of shards", () => {
  const name = "model.layers.0.mlp.up_proj.weight";
  const index = "sft/model.safetensors.index.json";
  beforeEach(() => saveCheckpoint(join(parent, "sft"), tinyModel(), tokenizer, {}, { maxShardBytes: 1000 }));

  it.each([
    "../outside.safetensors",
    "/etc/passwd",
    "a/b.safetensors",
    "..",
    "C:\\x.safetensors",
    ".hidden",
    "",
    null,
    7,
  ])("may not lead to %p", async (place) => {
    writeFileSync(join(parent, "outside.safetensors"), encodeSafetensors(new Map()));
    write(index, { weight_map: { ...read(index).weight_map, [name]: place } });
    await expect(loadCheckpoint(join(parent, "sft"))).rejects.toThrow(
      /index\.json: model\.layers\.0\.mlp\.up_proj\.weight is said to be in .*no name of a shard in this folder/,
    );
  });

  it.each([
    ["a shard that is not there", { [name]: "model-9.safetensors" }, /model-9\.safetensors: .*no such file/],
    [
      "a tensor in another shard",
      { [name]: "model-00001-of-00003.safetensors" },
      /up_proj.weight is not in model-00001/,
    ],
    ["a tensor in no shard", { extra: "model-00001-of-00003.safetensors" }, /extra is not in model-00001/],
    ["no tensor at all", undefined, /index\.json: weight_map is \{\}/],
  ])("may not promise %s", async (_, change, message) => {
    write(index, { weight_map: change ? { ...read(index).weight_map, ...change } : {} });
    await expect(loadCheckpoint(join(parent, "sft"))).rejects.toThrow(message);
  });

  it("must list all that the shards hold", async () => {
    const { [name]: _, ...rest } = read(index).weight_map;
    write(index, { weight_map: rest });
    await expect(loadCheckpoint(join(parent, "sft"))).rejects.toThrow(
      /up_proj.weight is in a shard, but not in weight_/,
    );
  });
});

describe("a file that lies about its size", () => {
  beforeEach(() => saveCheckpoint(join(parent, "sft"), tinyModel(), tokenizer));

  it("costs no memory: nothing larger than the file is ever asked for", async () => {
    const path = join(parent, "sft/model.safetensors");
    const bytes = readFileSync(path);
    const asked = jest.spyOn(Buffer, "alloc");
    await loadCheckpoint(join(parent, "sft"));
    expect(asked).toHaveBeenCalled(); // the reader does go this way
    for (const length of [BigInt(bytes.length), 90_000_000n, 2n ** 40n, 2n ** 64n - 1n]) {
      bytes.writeBigUInt64LE(length);
      writeFileSync(path, bytes);
      await expect(loadCheckpoint(join(parent, "sft"))).rejects.toThrow(/truncated: the header should take/);
    }
    expect(Math.max(...asked.mock.calls.map(([size]) => size))).toBeLessThan(bytes.length);
    asked.mockRestore();
  });

  it("may not ask for a billion layers", async () => {
    write("sft/config.json", { ...read("sft/config.json"), num_hidden_layers: 1e9 });
    await expect(loadCheckpoint(join(parent, "sft"))).rejects.toThrow(
      /11 tensors, config.json asks for 1000000000 lay/,
    );
  });
});

it("a clone keeps its weights while the original changes", () => {
  const model = tinyModel();
  const reference = model.clone();
  const before = reference.parameters.get("model.norm.weight")!.arraySync();
  model.parameters.get("model.norm.weight")!.assign(tf.zeros([8]));
  expect(reference.parameters.get("model.norm.weight")!.arraySync()).toEqual(before);
  expect([...reference.parameters.keys()]).toEqual([...model.parameters.keys()]);
});
