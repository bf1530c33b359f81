import { CourseError, shown } from "../../errors";
import type { Tokenizer } from "../../text";
import { writeFolder } from "../atomicFolder";
import type { LanguageModel } from "../languageModel";
import { checkFinite } from "./checkWeights";
import { configJson, generationConfigJson } from "./configJson";
import { type Dtype, formats, isDtype } from "./dtype";
import { json } from "./files";
import { encodeSafetensors, type NamedArray } from "./safetensors";
import { indexJson, indexName, planShards, shardNames } from "./shards";

export interface SaveOptions {
  /** Of the weights on disk. Default "float32", which keeps every bit; the others take half the room. */
  dtype?: Dtype;
  /** Bytes of weights in one file; more go into several files and an index. Default 5·10⁹, as Hugging Face has it. */
  maxShardBytes?: number;
}

/**
 * A folder that Hugging Face's libraries load as a Llama: `model.safetensors`, `config.json`, `generation_config.json`,
 * `tokenizer.json`, `tokenizer_config.json`; and `run.json` with anything else worth keeping. The old folder stays until
 * the new is whole.
 */
export async function saveCheckpoint(
  folder: string,
  model: LanguageModel,
  tokenizer: Tokenizer,
  extra: Record<string, unknown> = {},
  { dtype = "float32", maxShardBytes = 5e9 }: SaveOptions = {},
): Promise<void> {
  checkOptions(dtype, maxShardBytes);
  if (model.adapter && !model.isMerged) {
    const wayOut = "saveAdapter() writes the adapter, mergeAdapter() puts its change into the weights first";
    throw new CourseError("usage", `saveCheckpoint: the model's adapter would be left out; ${wayOut}`);
  }
  const sized = [...model.parameters].map(([name, { size }]) => ({ name, bytes: size * formats[dtype].bytes }));
  const shards = planShards(sized, maxShardBytes);
  const names = shardNames(shards.length);
  const weights = shards.map((shard, index) => {
    const content = async () => encodeSafetensors(await readShard(model, shard, dtype), {}, dtype);
    return [names[index], content] as const;
  });
  await writeFolder(folder, {
    ...Object.fromEntries(weights),
    ...(shards.length > 1 && { [indexName]: indexJson(shards) }),
    "config.json": json(configJson(model.config, dtype)),
    "generation_config.json": json(generationConfigJson(model.config)),
    "tokenizer.json": json(tokenizer.toJSON()),
    "tokenizer_config.json": json(tokenizer.configJSON()),
    "run.json": json(extra),
  });
}

function checkOptions(dtype: Dtype, maxShardBytes: number): void {
  if (!isDtype(dtype)) {
    const known = Object.keys(formats).join(", ");
    throw new CourseError("bad-value", `saveCheckpoint: dtype is ${shown(dtype)}; use one of ${known}`);
  }
  if (!(maxShardBytes > 0)) {
    throw new CourseError("bad-value", `saveCheckpoint: maxShardBytes is ${maxShardBytes}; it must be positive`);
  }
}

async function readShard(
  model: LanguageModel,
  shard: readonly { name: string }[],
  dtype: Dtype,
): Promise<Map<string, NamedArray>> {
  const tensors = new Map<string, NamedArray>();
  for (const { name } of shard) {
    const parameter = model.parameters.get(name)!;
    const values = (await parameter.data()) as Float32Array;
    checkFinite(values, `saveCheckpoint: ${name}`, "the model is broken; go back to an earlier one");
    checkRange(name, values, dtype);
    tensors.set(name, { shape: parameter.shape, values });
  }
  return tensors;
}

/** A finite weight that the format would round to infinity. */
function checkRange(name: string, values: Float32Array, dtype: Dtype): void {
  const { largest } = formats[dtype];
  const index = values.findIndex((value) => Math.abs(value) > largest);
  if (index < 0) return;
  const what = `${name} is ${values[index]} at ${index}, ${dtype} ends at ${largest}`;
  throw new CourseError("not-finite", `saveCheckpoint: ${what}; save as float32`);
}
