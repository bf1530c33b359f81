import { join } from "node:path";
import { CourseError, shown } from "../../errors";
import { exists, isObject, json, readJson } from "./files";
import { SafetensorsFile } from "./safetensorsFile";
import type { TensorEntry } from "./safetensorsHeader";
import { showName } from "./showName";

export const weightsName = "model.safetensors";
export const indexName = "model.safetensors.index.json";

/** A parameter to be written: its name and its bytes on disk. */
export interface Sized {
  name: string;
  bytes: number;
}

/** Fills shards in order, none above the limit unless a single tensor is. */
export function planShards<T extends Sized>(tensors: readonly T[], maxShardBytes: number): T[][] {
  const shards: T[][] = [[]];
  let size = 0;
  for (const tensor of tensors) {
    if (size > 0 && size + tensor.bytes > maxShardBytes) {
      shards.push([]);
      size = 0;
    }
    shards.at(-1)!.push(tensor);
    size += tensor.bytes;
  }
  return shards;
}

/** Hugging Face's names: `model.safetensors` alone, or `model-00001-of-00003.safetensors` and so on. */
export function shardNames(count: number): string[] {
  const pad = (number: number): string => String(number).padStart(5, "0");
  if (count === 1) return [weightsName];
  return Array.from({ length: count }, (_, index) => `model-${pad(index + 1)}-of-${pad(count)}.safetensors`);
}

/** The content of the index: which file holds which tensor. */
export function indexJson(shards: readonly (readonly Sized[])[]): string {
  const names = shardNames(shards.length);
  const total = shards.flat().reduce((sum, { bytes }) => sum + bytes, 0);
  const places = shards.flatMap((shard, index) => shard.map(({ name }) => [name, names[index]]));
  return json({ metadata: { total_size: total }, weight_map: Object.fromEntries(places) });
}

/** All tensors of a checkpoint by name, each in its open file. */
export interface OpenWeights {
  /** Names the checkpoint's weights in an error. */
  where: string;
  tensors: Map<string, { entry: TensorEntry; file: SafetensorsFile }>;
  close: () => Promise<void>;
}

/** Opens `model.safetensors`, or the shards that the index lists where there is none. Close it afterwards. */
export async function openWeights(folder: string): Promise<OpenWeights> {
  const single = join(folder, weightsName);
  const index = join(folder, indexName);
  const isSharded = !(await exists(single)) && (await exists(index));
  const places = isSharded ? await readIndex(index) : undefined;
  const names = places ? [...new Set(places.values())].sort() : [weightsName];
  const files: SafetensorsFile[] = [];
  const close = async () => {
    for (const file of files) await file.close();
  };
  try {
    for (const name of names) files.push(await SafetensorsFile.open(join(folder, name)));
    const tensors = collect(files);
    if (places) checkPlaces(places, tensors, index, folder);
    return { where: places ? index : single, tensors, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Tensor name to file name. A file is a plain name in the same folder: an index may not lead elsewhere. */
async function readIndex(file: string): Promise<Map<string, string>> {
  const { weight_map: map } = await readJson(file);
  if (!isObject(map) || Object.keys(map).length === 0) return refuse(file, `weight_map is ${shown(map)}`);
  const places = new Map<string, string>();
  for (const [name, shard] of Object.entries(map)) {
    if (typeof shard !== "string" || !/^\w[\w.-]*\.safetensors$/.test(shard)) {
      refuse(file, `${showName(name)} is said to be in ${shown(shard)}, which is no name of a shard in this folder`);
    }
    places.set(name, shard as string);
  }
  return places;
}

function collect(files: readonly SafetensorsFile[]): OpenWeights["tensors"] {
  const tensors: OpenWeights["tensors"] = new Map();
  for (const file of files) {
    for (const entry of file.entries) {
      const other = tensors.get(entry.name);
      if (other) refuse(file.file, `${showName(entry.name)} is in ${other.file.file} too`);
      tensors.set(entry.name, { entry, file });
    }
  }
  return tensors;
}

function checkPlaces(
  places: Map<string, string>,
  tensors: OpenWeights["tensors"],
  index: string,
  folder: string,
): void {
  for (const [name, shard] of places) {
    const found = tensors.get(name)?.file.file;
    if (found !== join(folder, shard)) refuse(index, `${showName(name)} is not in ${shard}`);
  }
  const unlisted = [...tensors.keys()].find((name) => !places.has(name));
  if (unlisted !== undefined) refuse(index, `${showName(unlisted)} is in a shard, but not in weight_map`);
}

function refuse(where: string, what: string): never {
  throw new CourseError("bad-file", `${where}: ${what}; save or copy all files of the checkpoint again`);
}
