import { CourseError, shown } from "../../errors";
import { type LlamaConfig, parameterSpecs } from "../config";
import type { OpenWeights } from "./shards";
import { showName } from "./showName";

/** Frequencies that some converters stored with the weights; they follow from the config. */
const isDerived = (name: string): boolean => name.endsWith(".rotary_emb.inv_freq");

const tiedCopy = "lm_head.weight";
const tiedOriginal = "model.embed_tokens.weight";

/** Weights and config.json must describe the same model: every tensor there, in its shape, and no other. */
export function checkNames(config: LlamaConfig, { tensors, where }: OpenWeights): void {
  const names = new Set([...tensors.keys()].filter((name) => !isDerived(name)));
  // Before anything of that size is built: a config may ask for a billion layers.
  if (config.num_hidden_layers > names.size) {
    refuse(where, `${names.size} tensors, config.json asks for ${config.num_hidden_layers} layers`);
  }
  if (config.tie_word_embeddings) names.delete(tiedCopy); // some files hold the shared table twice
  for (const { name, shape } of parameterSpecs(config)) {
    const found = tensors.get(name)?.entry.shape;
    if (!found) refuse(where, `${name} is missing`);
    if (found.join() !== shape.join()) {
      refuse(where, `${name} has shape ${shown(found)}, config.json asks for ${shown(shape)}`);
    }
    names.delete(name);
  }
  const [extra] = names;
  if (extra !== undefined) refuse(where, `${showName(extra)} is no weight of the model in config.json`);
}

/** A stored copy of the shared table must be a copy, or the file means two different models. */
export async function checkTiedCopy(config: LlamaConfig, { tensors, where }: OpenWeights): Promise<void> {
  const [copy, original] = [tensors.get(tiedCopy), tensors.get(tiedOriginal)];
  if (!config.tie_word_embeddings || !copy || !original) return;
  const [a, b] = [await copy.file.read(copy.entry), await original.file.read(original.entry)];
  if (a.length === b.length && a.every((value, index) => value === b[index])) return;
  refuse(where, `${tiedCopy} differs from ${tiedOriginal}, config.json ties them`);
}

export function checkFinite(values: Float32Array, where: string, fix: string): void {
  for (let index = 0; index < values.length; index++) {
    if (Number.isFinite(values[index])) continue;
    throw new CourseError("not-finite", `${where} is ${values[index]} at ${index}; ${fix}`);
  }
}

function refuse(where: string, what: string): never {
  throw new CourseError("bad-file", `${where}: ${what}; take weights and config.json from the same checkpoint`);
}
