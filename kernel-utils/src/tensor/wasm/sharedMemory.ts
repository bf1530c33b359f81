import { Unavailable } from "../backend/unavailable";

// Section and type codes of the binary format: WebAssembly core specification 3.0, sections 5.5.2 and 5.3.
const IMPORT_SECTION = 2;
const MEMORY_SECTION = 5;
const MEMORY_KIND = 2;
const HAS_MAXIMUM = 1;
const SHARED_WITH_MAXIMUM = 3;

interface Section {
  id: number;
  body: Uint8Array;
}

/** An unsigned LEB128 number, and where the next thing begins. */
function readNumber(bytes: Uint8Array, at: number): { value: number; next: number } {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    value += (bytes[at] & 127) * 2 ** shift;
    if (bytes[at++] < 128) return { value, next: at };
  }
}

function writeNumber(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...writeNumber(Math.floor(value / 128))];
}

function sectionsOf(bytes: Uint8Array): Section[] {
  const sections: Section[] = [];
  for (let at = 8; at < bytes.length; ) {
    const { value: length, next } = readNumber(bytes, at + 1);
    sections.push({ id: bytes[at], body: bytes.subarray(next, next + length) });
    at = next + length;
  }
  return sections;
}

const nameBytes = (name: string): number[] => [name.length, ...Buffer.from(name)];

/** The memory section's single entry: its smallest and largest size in pages of 64 KiB. */
function memoryLimits(section: Section | undefined): { initial: number; maximum: number } {
  const [count, flags] = section?.body ?? [];
  if (!section || count !== 1 || flags !== HAS_MAXIMUM) {
    throw new Unavailable("the memory of @tensorflow/tfjs-backend-wasm has an unknown form", "install exactly 4.22.0");
  }
  const { value: initial, next } = readNumber(section.body, 2);
  return { initial, maximum: readNumber(section.body, next).value };
}

/**
 * A module with its own memory, as one that imports it as env.memory, shared between threads. The stock backend is built
 * for one thread and makes a memory that no other thread can see; nothing but this one entry has to change for that.
 */
export function importSharedMemory(module: Uint8Array): { bytes: Uint8Array; initial: number; maximum: number } {
  const sections = sectionsOf(module);
  const { initial, maximum } = memoryLimits(sections.find(({ id }) => id === MEMORY_SECTION));
  const entry = [...nameBytes("env"), ...nameBytes("memory"), MEMORY_KIND, SHARED_WITH_MAXIMUM];
  entry.push(...writeNumber(initial), ...writeNumber(maximum));
  const parts: Uint8Array[] = [module.subarray(0, 8)];
  for (const { id, body } of sections) {
    if (id === MEMORY_SECTION) continue;
    const changed = id === IMPORT_SECTION ? withEntry(body, entry) : body;
    parts.push(Uint8Array.from([id, ...writeNumber(changed.length)]), changed);
  }
  return { bytes: Buffer.concat(parts), initial, maximum };
}

/** A vector of entries with one more at its end. */
function withEntry(vector: Uint8Array, entry: number[]): Uint8Array {
  const { value: count, next } = readNumber(vector, 0);
  return Buffer.concat([Uint8Array.from(writeNumber(count + 1)), vector.subarray(next), Uint8Array.from(entry)]);
}
