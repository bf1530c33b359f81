import * as tf from "@tensorflow/tfjs";
import { CourseError } from "../errors";
import type { LlamaConfig } from "./config";
import { hostMemory } from "./hostMemory";

/** Keys and values of one layer, [B, slots, key/value heads, head size]. */
interface LayerCache {
  keys: tf.Tensor4D;
  values: tf.Tensor4D;
}

/**
 * What attention has to remember of the tokens already read: room for `slots` of them, set aside once.
 * Slots from `length` on hold nothing yet and must be masked.
 */
export class KeyValueCache {
  length = 0;
  private readonly layers: LayerCache[];

  constructor(
    config: LlamaConfig,
    batch: number,
    readonly slots: number,
  ) {
    const shape: [number, number, number, number] = [batch, slots, config.num_key_value_heads, config.head_dim];
    this.layers = Array.from({ length: config.num_hidden_layers }, () => ({
      keys: tf.keep(tf.zeros<tf.Rank.R4>(shape)),
      values: tf.keep(tf.zeros<tf.Rank.R4>(shape)),
    }));
  }

  /** The same for one token a row whose keys and values lie in plain memory, where the cache can be reached too. */
  writeRows(layer: number, keys: Float32Array, values: Float32Array): LayerCache {
    if (this.length >= this.slots) {
      throw new CourseError("bad-shape", `KeyValueCache: all ${this.slots} slots are full; make the cache longer`);
    }
    const stored = this.layers[layer];
    copyRows(stored.keys, keys, this.length);
    copyRows(stored.values, values, this.length);
    return stored;
  }

  /** Stores the new tokens' keys and values [B, T, …] behind those already there; `advance` then counts them. */
  write(layer: number, keys: tf.Tensor4D, values: tf.Tensor4D): LayerCache {
    if (this.length + keys.shape[1] > this.slots) {
      const need = `${this.length} + ${keys.shape[1]} tokens`;
      throw new CourseError(
        "bad-shape",
        `KeyValueCache: ${need} do not fit ${this.slots} slots; make the cache longer`,
      );
    }
    const stored = this.layers[layer];
    stored.keys = writeSlots(stored.keys, keys, this.length);
    stored.values = writeSlots(stored.values, values, this.length);
    return stored;
  }

  /** Forgets all rows but these, in this order: from now on the batch is `rows.length` long. */
  keepRows(rows: readonly number[]): void {
    const kept = (buffer: tf.Tensor4D): tf.Tensor4D => {
      const smaller = tf.tidy(() => tf.keep(tf.gather(buffer, tf.tensor1d([...rows], "int32"))));
      buffer.dispose();
      return smaller;
    };
    for (const layer of this.layers) {
      layer.keys = kept(layer.keys);
      layer.values = kept(layer.values);
    }
  }

  advance(tokens: number): void {
    this.length += tokens;
  }

  dispose(): void {
    for (const { keys, values } of this.layers) tf.dispose([keys, values]);
  }
}

/**
 * buffer[:, slot : slot + T] = update, in place where the backend's memory can be reached from here. Nobody but the
 * cache holds the buffer, so writing to it surprises nobody.
 */
export function writeSlots(buffer: tf.Tensor4D, update: tf.Tensor4D, slot: number): tf.Tensor4D {
  if (!hostMemory(buffer)) return replaceSlots(buffer, update, slot);
  copyRows(buffer, hostMemory(update) ?? update.dataSync<"float32">(), slot);
  return buffer;
}

/** Every row's new numbers, one row after the other, to its slots from `slot` on. */
function copyRows(buffer: tf.Tensor4D, values: Float32Array, slot: number): void {
  const [batch, slots, heads, size] = buffer.shape;
  const memory = hostMemory(buffer)!;
  const rowLength = values.length / batch;
  for (let row = 0; row < batch; row++) {
    const start = (row * slots + slot) * heads * size;
    memory.set(values.subarray(row * rowLength, (row + 1) * rowLength), start);
  }
}

/** The same with stock operations, for memory that cannot be reached. Consumes the buffer, returns its successor. */
export function replaceSlots(buffer: tf.Tensor4D, update: tf.Tensor4D, slot: number): tf.Tensor4D {
  const [batch, slots, heads, size] = buffer.shape;
  const end = slot + update.shape[1];
  const replaced = tf.tidy(() =>
    tf.concat<tf.Tensor4D>(
      [
        tf.slice(buffer, [0, 0, 0, 0], [batch, slot, heads, size]),
        update,
        tf.slice(buffer, [0, end, 0, 0], [batch, slots - end, heads, size]),
      ],
      1,
    ),
  );
  buffer.dispose();
  return tf.keep(replaced);
}
