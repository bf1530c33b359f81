import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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
import { Tokenizer } from "../../../kernel-utils/src/text";
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
