import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { decodeSafetensors, encodeSafetensors, loadCheckpoint, saveCheckpoint } from "../../../kernel-utils/src/model";
import { HuggingFaceTokenizer, readTokenizer, Tokenizer } from "../../../kernel-utils/src/text";
import { useTestBackend } from "../../tensor/support";
import { tinyModel } from "../tinyModel";

let parent: string;
beforeAll(useTestBackend);
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

it("a clone keeps its weights while the original changes", () => {
  const model = tinyModel();
  const reference = model.clone();
  const before = reference.parameters.get("model.norm.weight")!.arraySync();
  model.parameters.get("model.norm.weight")!.assign(tf.zeros([8]));
  expect(reference.parameters.get("model.norm.weight")!.arraySync()).toEqual(before);
  expect([...reference.parameters.keys()]).toEqual([...model.parameters.keys()]);
});
