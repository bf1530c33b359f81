import { CourseError } from "../../errors";
import { writeAtomically } from "../../writeAtomically";
import type { LlamaConfig } from "../config";
import type { LanguageModel } from "../languageModel";
import { checkFinite } from "./checkWeights";
import { headerBytes, isRotated, pairsFromHalves, rotaryTables, storedNames, storedNumbers } from "./llama2cLayout";

/** Writes the model as a file that llama2.c's `run` takes. The old file stays until the new is whole. */
export async function saveLlama2c(file: string, model: LanguageModel): Promise<void> {
  checkFits(model.config);
  const bytes = new Uint8Array(headerBytes + 4 * storedNumbers(model.config));
  new Int32Array(bytes.buffer, 0, headerBytes / 4).set(header(model.config));
  const numbers = new Float32Array(bytes.buffer, headerBytes);
  let offset = 0;
  for (const name of storedNames(model.config)) {
    const values = name === rotaryTables ? tablesOf(model.config) : await weight(model, name);
    numbers.set(values, offset);
    offset += values.length;
  }
  await writeAtomically(file, bytes);
}

/** The format has no field for these: the program's own values are fixed. */
function checkFits(config: LlamaConfig): void {
  const fixed = { head_dim: config.hidden_size / config.num_attention_heads, rms_norm_eps: 1e-5, rope_theta: 10_000 };
  for (const [field, value] of Object.entries(fixed)) {
    const own = config[field as keyof typeof fixed];
    if (own === value) continue;
    const way = "save it as a checkpoint folder";
    throw new CourseError("bad-value", `saveLlama2c: ${field} is ${own}, llama2.c has ${value} built in; ${way}`);
  }
}

const header = (config: LlamaConfig): number[] => [
  config.hidden_size,
  config.intermediate_size,
  config.num_hidden_layers,
  config.num_attention_heads,
  config.num_key_value_heads,
  config.tie_word_embeddings ? config.vocab_size : -config.vocab_size,
  config.max_position_embeddings,
];

async function weight(model: LanguageModel, name: string): Promise<Float32Array> {
  const values = (await model.parameters.get(name)!.data()) as Float32Array;
  checkFinite(values, `saveLlama2c: ${name}`, "the model is broken; go back to an earlier one");
  return isRotated(name) ? pairsFromHalves(values, model.config) : values;
}

/** cos(t θ^(−2i/D)), then the sines, each [context, D/2]. */
function tablesOf({ max_position_embeddings: context, head_dim: D, rope_theta: theta }: LlamaConfig): Float32Array {
  const angles = Array.from({ length: (context * D) / 2 }, (_, index) => {
    const [position, pair] = [Math.floor(index / (D / 2)), index % (D / 2)];
    return position * theta ** ((-2 * pair) / D);
  });
  return Float32Array.from([...angles.map(Math.cos), ...angles.map(Math.sin)]);
}
