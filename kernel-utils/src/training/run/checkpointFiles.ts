import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { CourseError, messageOf } from "../../errors";
import { decodeSafetensors, encodeSafetensors, type NamedArray } from "../../model";
import { writeFolder } from "../../model/atomicFolder";
import { jsonText } from "./jsonText";

/** What a run needs beside tensors to go on. */
export interface LoopState {
  /** Steps done. */
  step: number;
  /** Of the trainer: batch order and random state. */
  trainer: unknown;
  /** Length of metrics.jsonl up to here. */
  metricsBytes: number;
  warnings: [string, string][];
  backend: string;
}

type Variables = ReadonlyMap<string, tf.Variable>;

/** What an optimizer remembers between steps. */
export interface OptimizerState {
  /** Steps taken so far. */
  steps: number;
  /** Its running means, by name. */
  readonly state: Variables;
}

const [weightsName, momentsName, stateName] = ["weights.safetensors", "moments.safetensors", "state.json"];

/** The trained weights and the optimizer's moments, every bit of them, and the state; the folder appears whole or not at all. */
export async function writeCheckpoint(folder: string, weights: Variables, optimizer: OptimizerState, state: LoopState) {
  await writeFolder(folder, {
    [weightsName]: async () => encodeSafetensors(await read(weights)),
    [momentsName]: async () => encodeSafetensors(await read(optimizer.state)),
    [stateName]: jsonText({ ...state, optimizerSteps: optimizer.steps }),
  });
}

/** Puts weights and moments back in place. Everything is checked before the first is touched. */
export async function readCheckpoint(
  folder: string,
  weights: Variables,
  optimizer: OptimizerState,
): Promise<LoopState> {
  const stateFile = join(folder, stateName);
  const { optimizerSteps, ...state } = parseState((await bytesOf(stateFile)).toString("utf8"), stateFile);
  const parts = [
    { into: weights, file: join(folder, weightsName) },
    { into: optimizer.state, file: join(folder, momentsName) },
  ];
  const found = await Promise.all(parts.map(async ({ into, file }) => tensorsOf(await bytesOf(file), into, file)));
  parts.forEach(({ into }, index) => {
    for (const [name, { shape, values }] of found[index]) {
      tf.tidy(() => into.get(name)!.assign(tf.tensor(values, [...shape])));
    }
  });
  optimizer.steps = optimizerSteps;
  return state;
}

async function read(variables: Variables): Promise<Map<string, NamedArray>> {
  const arrays = new Map<string, NamedArray>();
  for (const [name, variable] of variables) {
    arrays.set(name, { shape: variable.shape, values: (await variable.data()) as Float32Array });
  }
  return arrays;
}

async function bytesOf(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    const what = `${file}: cannot be read (${messageOf(cause)})`;
    throw new CourseError("bad-file", `${what}; delete this checkpoint to resume from the one before`, { cause });
  }
}

function parseState(text: string, file: string): LoopState & { optimizerSteps: number } {
  try {
    return JSON.parse(text) as LoopState & { optimizerSteps: number };
  } catch (cause) {
    const what = `${file}: is not JSON (${messageOf(cause)})`;
    throw new CourseError("bad-file", `${what}; delete this checkpoint to resume from the one before`, { cause });
  }
}

function tensorsOf(bytes: Uint8Array, into: Variables, file: string): Map<string, NamedArray> {
  const { tensors } = decodeSafetensors(bytes, file);
  for (const [name, { shape }] of into) {
    const found = tensors.get(name)?.shape;
    if (found && tf.util.arraysEqual([...found], shape)) continue;
    const what = found ? `has shape [${found}], the model's has [${shape}]` : "is missing";
    throw new CourseError("bad-file", `${file}: ${name} ${what}; resume with the model that the run began from`);
  }
  const extra = [...tensors.keys()].find((name) => !into.has(name));
  if (extra === undefined) return tensors;
  throw new CourseError("bad-file", `${file}: ${extra} is not trained here; resume with the model the run began from`);
}
