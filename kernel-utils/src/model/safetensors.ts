import { CourseError } from "../errors";

/**
 * The safetensors format: 8 bytes little-endian header length, a JSON header, then the tensors' bytes back to back.
 * Format: github.com/huggingface/safetensors, README, "Format". Only float32 ("F32") is written and read.
 */
export interface NamedArray {
  shape: readonly number[];
  values: Float32Array;
}

interface HeaderEntry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

const lengthBytes = 8;

/** One file's bytes. The header is padded with spaces so that the data starts at a multiple of 8. */
export function encodeSafetensors(tensors: Map<string, NamedArray>, metadata: Record<string, string> = {}): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: { format: "pt", ...metadata } };
  let end = 0;
  for (const [name, { shape, values }] of tensors) {
    const begin = end;
    end += values.byteLength;
    header[name] = { dtype: "F32", shape: [...shape], data_offsets: [begin, end] };
  }
  const json = Buffer.from(JSON.stringify(header));
  const headerLength = Math.ceil(json.length / 8) * 8;
  const file = Buffer.alloc(lengthBytes + headerLength + end, " ");
  file.writeBigUInt64LE(BigInt(headerLength));
  json.copy(file, lengthBytes);
  let position = lengthBytes + headerLength;
  for (const { values } of tensors.values()) {
    file.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), position);
    position += values.byteLength;
  }
  return file;
}

/** @param where names the file in error messages */
export function decodeSafetensors(
  bytes: Uint8Array,
  where: string,
): { tensors: Map<string, NamedArray>; metadata: Record<string, string> } {
  const { header, data } = splitHeader(bytes, where);
  const { __metadata__: metadata = {}, ...entries } = header;
  const tensors = new Map<string, NamedArray>();
  let expected = 0;
  for (const [name, entry] of sortedByOffset(entries as Record<string, HeaderEntry>)) {
    checkEntry(name, entry, expected, data.length, where);
    const [begin, end] = entry.data_offsets;
    const copy = Uint8Array.from(data.subarray(begin, end)); // aligned, and the file's bytes can go
    tensors.set(name, { shape: entry.shape, values: new Float32Array(copy.buffer) });
    expected = end;
  }
  if (expected !== data.length) refuse(where, `${data.length - expected} bytes follow the last tensor`);
  return { tensors, metadata: metadata as Record<string, string> };
}

function splitHeader(bytes: Uint8Array, where: string): { header: Record<string, unknown>; data: Uint8Array } {
  if (bytes.length < lengthBytes) refuse(where, `${bytes.length} bytes long, the header length alone takes 8`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerLength = view.getBigUint64(0, true);
  if (headerLength > BigInt(bytes.length - lengthBytes)) {
    refuse(where, `truncated: the header should take ${headerLength} bytes, ${bytes.length - lengthBytes} are there`);
  }
  const headerEnd = lengthBytes + Number(headerLength);
  const text = Buffer.from(bytes.subarray(lengthBytes, headerEnd)).toString("utf8");
  return { header: parseHeader(text, where), data: bytes.subarray(headerEnd) };
}

function parseHeader(text: string, where: string): Record<string, unknown> {
  try {
    const header: unknown = JSON.parse(text);
    if (header && typeof header === "object" && !Array.isArray(header)) return header as Record<string, unknown>;
  } catch {
    // Not JSON: the same refusal as JSON of another kind.
  }
  return refuse(where, "the header is not a JSON object");
}

const sortedByOffset = (entries: Record<string, HeaderEntry>): [string, HeaderEntry][] =>
  Object.entries(entries).sort(([, a], [, b]) => (a?.data_offsets?.[0] ?? 0) - (b?.data_offsets?.[0] ?? 0));

function checkEntry(name: string, entry: HeaderEntry, expected: number, available: number, where: string): void {
  const { dtype, shape, data_offsets: offsets } = entry ?? {};
  if (dtype !== "F32") refuse(where, `${name} has dtype ${dtype}, only F32 is read`);
  if (!Array.isArray(shape) || !shape.every((size) => Number.isInteger(size) && size >= 0)) {
    refuse(where, `${name} has shape ${JSON.stringify(shape)}`);
  }
  if (!Array.isArray(offsets) || offsets.length !== 2 || offsets[0] !== expected) {
    refuse(where, `${name} has data_offsets ${JSON.stringify(offsets)}, the tensor before it ends at ${expected}`);
  }
  if (offsets[1] > available) {
    refuse(where, `truncated: ${name} should end at byte ${offsets[1]}, the data ends at ${available}`);
  }
  const size = shape.reduce((product, length) => product * length, 4);
  if (offsets[1] - offsets[0] !== size) {
    refuse(where, `${name} takes ${offsets[1] - offsets[0]} bytes, its shape [${shape}] needs ${size}`);
  }
}

function refuse(where: string, what: string): never {
  throw new CourseError("bad-file", `${where}: ${what}; save or copy the file again`);
}
