import { type Dtype, formats } from "./dtype";
import { headerLengthOf, lengthBytes, parseHeader, refuse, type TensorEntry } from "./safetensorsHeader";
import { showName } from "./showName";

/**
 * The safetensors format: 8 bytes little-endian header length, a JSON header, then the tensors' bytes back to back.
 * Format: github.com/huggingface/safetensors, README, "Format". In memory all numbers are float32.
 */
export interface NamedArray {
  shape: readonly number[];
  values: Float32Array;
}

/** One file's bytes. The header is padded with spaces so that the data starts at a multiple of 8. */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, NamedArray>,
  metadata: Record<string, string> = {},
  dtype: Dtype = "float32",
): Uint8Array {
  const { code, bytes, encode } = formats[dtype];
  const entries: [string, unknown][] = [["__metadata__", { format: "pt", ...metadata }]];
  let end = 0;
  for (const [name, { shape, values }] of tensors) {
    const begin = end;
    end += values.length * bytes;
    entries.push([name, { dtype: code, shape, data_offsets: [begin, end] }]);
  }
  const json = Buffer.from(JSON.stringify(Object.fromEntries(entries)));
  const headerLength = Math.ceil(json.length / 8) * 8;
  const file = Buffer.alloc(lengthBytes + headerLength + end, " ");
  file.writeBigUInt64LE(BigInt(headerLength));
  json.copy(file, lengthBytes);
  let position = lengthBytes + headerLength;
  for (const { values } of tensors.values()) {
    file.set(encode(values), position);
    position += values.length * bytes;
  }
  return file;
}

/** @param where names the file in error messages */
export function decodeSafetensors(
  bytes: Uint8Array,
  where: string,
): { tensors: Map<string, NamedArray>; metadata: Record<string, string> } {
  const dataStart = lengthBytes + headerLengthOf(bytes, bytes.length, where);
  const data = bytes.subarray(dataStart);
  const { entries, metadata } = parseHeader(bytes.subarray(lengthBytes, dataStart), data.length, where);
  const tensors = new Map<string, NamedArray>();
  for (const entry of entries) {
    const values = decodeValues(entry, data.subarray(entry.begin, entry.end), where);
    tensors.set(entry.name, { shape: entry.shape, values });
  }
  return { tensors, metadata };
}

/** The numbers of one tensor as float32; exact for each of the three formats. */
export function decodeValues({ name, dtype }: TensorEntry, bytes: Uint8Array, where: string): Float32Array {
  const format = Object.values(formats).find(({ code }) => code === dtype);
  if (!format) return refuse(where, `${showName(name)} has dtype ${dtype}; F32, F16 and BF16 are read`);
  return format.decode(bytes);
}
