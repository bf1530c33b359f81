import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { decodeSafetensors, encodeSafetensors, loadCheckpoint, saveCheckpoint } from "../../kernel-utils/src/model";
import { Tokenizer } from "../../kernel-utils/src/text";
import { useTestBackend } from "../tensor/support";
import { tinyModel } from "./tinyModel";

let parent: string;
beforeAll(useTestBackend);
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "checkpoint-"));
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

const tokenizer = Tokenizer.fromWords(["a", "b", "c", "d", "e"]);
const values = Float32Array.of(1, -0, 1e-45, 3.4e38, Math.PI, -7);
const tensors = new Map([
  ["b", { shape: [2, 2], values: values.slice(0, 4) }],
  ["a", { shape: [2], values: values.slice(4) }],
]);

describe("safetensors", () => {
  it("lays out length, header and data as the format says", () => {
    const bytes = Buffer.from(encodeSafetensors(tensors, { step: "7" }));
    const headerLength = Number(bytes.readBigUInt64LE(0));
    expect((8 + headerLength) % 8).toBe(0);
    expect(JSON.parse(bytes.subarray(8, 8 + headerLength).toString())).toEqual({
      __metadata__: { format: "pt", step: "7" },
      b: { dtype: "F32", shape: [2, 2], data_offsets: [0, 16] },
      a: { dtype: "F32", shape: [2], data_offsets: [16, 24] },
    });
    expect(bytes.length).toBe(8 + headerLength + 24);
    expect(bytes.readFloatLE(8 + headerLength + 16)).toBeCloseTo(Math.PI, 6);
  });

  it("gives every bit back", () => {
    const read = decodeSafetensors(encodeSafetensors(tensors), "w.safetensors").tensors;
    expect([...read.keys()]).toEqual(["b", "a"]);
    for (const [name, { shape, values: expected }] of tensors) {
      expect(read.get(name)!.shape).toEqual(shape);
      expect(new Uint32Array(read.get(name)!.values.buffer)).toEqual(new Uint32Array(expected.buffer));
    }
  });

  /** A file with this header in front of 24 bytes of data. */
  const withHeader = (header: unknown): Uint8Array => {
    const json = Buffer.from(JSON.stringify(header));
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(json.length));
    return Buffer.concat([length, json, Buffer.alloc(24)]);
  };
  const good = { dtype: "F32", shape: [6], data_offsets: [0, 24] };

  it.each([
    ["no header length", Buffer.alloc(5), /5 bytes long/],
    ["a cut header", encodeSafetensors(tensors).subarray(0, 40), /truncated: the header should take/],
    ["cut data", encodeSafetensors(tensors).subarray(0, -4), /truncated: a should end at byte 24, the data ends at 20/],
    ["bytes left over", Buffer.concat([encodeSafetensors(tensors), Buffer.alloc(4)]), /4 bytes follow/],
    ["a header that is no object", withHeader([1]), /not a JSON object/],
    ["half precision", withHeader({ a: { ...good, dtype: "F16" } }), /a has dtype F16, only F32/],
    ["a shape that needs other bytes", withHeader({ a: { ...good, shape: [5] } }), /takes 24 bytes.*needs 20/],
    ["a hole between tensors", withHeader({ a: { ...good, shape: [5], data_offsets: [4, 24] } }), /ends at 0/],
    ["a negative length", withHeader({ a: { ...good, shape: [-6] } }), /shape \[-6\]/],
  ])("refuses %s", (_, bytes, message) => {
    expect(() => decodeSafetensors(bytes, "w.safetensors")).toThrow(message);
    expect(() => decodeSafetensors(bytes, "w.safetensors")).toThrow(/^w\.safetensors: .*again$/);
  });
});

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

it("a clone keeps its weights while the original changes", () => {
  const model = tinyModel();
  const reference = model.clone();
  const before = reference.parameters.get("model.norm.weight")!.arraySync();
  model.parameters.get("model.norm.weight")!.assign(tf.zeros([8]));
  expect(reference.parameters.get("model.norm.weight")!.arraySync()).toEqual(before);
  expect([...reference.parameters.keys()]).toEqual([...model.parameters.keys()]);
});
