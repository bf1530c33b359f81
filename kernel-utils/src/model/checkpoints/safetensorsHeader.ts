import { CourseError, shown } from "../../errors";
import { repeatedKey } from "./jsonText";
import { showName } from "./showName";

/** Where one tensor lies: bytes [begin, end) of the data, which follows the header. */
export interface TensorEntry {
  name: string;
  /** Its code in the header, such as F32 or BF16. */
  dtype: string;
  shape: number[];
  begin: number;
  end: number;
}

export interface SafetensorsHeader {
  /** In the order of the data. */
  entries: TensorEntry[];
  metadata: Record<string, string>;
}

/** Bytes of the length that stands before the header. */
export const lengthBytes = 8;

/** The reference implementation takes no longer header either. */
const longestHeader = 100_000_000;

/** Bytes of an element. Only some of these can be read as weights; all of them may stand in a file. */
const elementBytes = new Map(
  Object.entries({
    ...{ BOOL: 1, U8: 1, I8: 1, F8_E4M3: 1, F8_E5M2: 1, F8_E8M0: 1 },
    ...{ I16: 2, U16: 2, F16: 2, BF16: 2 },
    ...{ I32: 4, U32: 4, F32: 4 },
    ...{ I64: 8, U64: 8, F64: 8, C64: 8 },
  }),
);

/** The header's length, once it is sure that the file is long enough for it. @param start the file's first bytes */
export function headerLengthOf(start: Uint8Array, fileLength: number, where: string): number {
  if (fileLength < lengthBytes) refuse(where, `${fileLength} bytes long, the header length alone takes 8`);
  const length = new DataView(start.buffer, start.byteOffset, start.byteLength).getBigUint64(0, true);
  const available = fileLength - lengthBytes;
  if (length > BigInt(available)) {
    refuse(where, `truncated: the header should take ${length} bytes, ${available} are there`);
  }
  if (length > BigInt(longestHeader)) refuse(where, `a header of ${length} bytes; ${longestHeader} is the most`);
  return Number(length);
}

/** Reads and checks all of the header: every byte of the data belongs to exactly one tensor. */
export function parseHeader(json: Uint8Array, dataLength: number, where: string): SafetensorsHeader {
  const header = parseObject(json, where);
  const entries: TensorEntry[] = [];
  let metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(header)) {
    if (name === "__metadata__") metadata = checkMetadata(value, where);
    else entries.push(checkEntry(name, value, dataLength, where));
  }
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  checkNoGaps(entries, dataLength, where);
  return { entries, metadata };
}

function parseObject(json: Uint8Array, where: string): object {
  const { text, header } = parseJson(json);
  if (header === null || typeof header !== "object" || Array.isArray(header)) {
    return refuse(where, "the header is not a JSON object");
  }
  const key = repeatedKey(text);
  if (key !== undefined) refuse(where, `the header holds the key ${shown(key)} twice`);
  return header;
}

function parseJson(json: Uint8Array): { text: string; header: unknown } {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(json);
    return { text, header: JSON.parse(text) };
  } catch {
    return { text: "", header: null }; // no JSON, or not even UTF-8: refused like JSON of another kind
  }
}

function checkMetadata(value: unknown, where: string): Record<string, string> {
  const isMap = value !== null && typeof value === "object" && !Array.isArray(value);
  if (isMap && Object.values(value).every((text) => typeof text === "string")) return value as Record<string, string>;
  return refuse(where, `__metadata__ is ${shown(value)}, not a map of strings`);
}

function checkEntry(name: string, value: unknown, dataLength: number, where: string): TensorEntry {
  const named = showName(name);
  const { dtype, shape, data_offsets: offsets } = (value ?? {}) as Record<string, unknown>;
  const bytes = typeof dtype === "string" ? elementBytes.get(dtype) : undefined;
  if (bytes === undefined) return refuse(where, `${named} has dtype ${shown(dtype)}, which the format does not know`);
  if (!isSizes(shape)) return refuse(where, `${named} has shape ${shown(shape)}`);
  if (!isSizes(offsets) || offsets.length !== 2 || offsets[0] > offsets[1]) {
    return refuse(where, `${named} has data_offsets ${shown(offsets)}`);
  }
  const [begin, end] = offsets;
  if (end > dataLength) {
    refuse(where, `truncated: ${named} should end at byte ${end}, the data ends at ${dataLength}`);
  }
  const size = shape.reduce((product, length) => product * length, bytes);
  if (end - begin !== size) {
    refuse(where, `${named} takes ${end - begin} bytes, its shape ${shown(shape)} of ${dtype} needs ${size}`);
  }
  return { name, dtype: dtype as string, shape, begin, end };
}

const isSizes = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);

function checkNoGaps(entries: TensorEntry[], dataLength: number, where: string): void {
  let expected = 0;
  for (const { name, begin, end } of entries) {
    if (begin !== expected) {
      refuse(where, `${showName(name)} begins at byte ${begin}, the tensor before it ends at ${expected}`);
    }
    expected = end;
  }
  if (expected !== dataLength) refuse(where, `${dataLength - expected} bytes follow the last tensor`);
}

export function refuse(where: string, what: string): never {
  throw new CourseError("bad-file", `${where}: ${what}; save or copy the file again`);
}
