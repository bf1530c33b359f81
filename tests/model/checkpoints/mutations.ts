/** Ways to damage a file, as arbitraries of fast-check. */
import fc from "fast-check";

export type Mutation = (bytes: Buffer) => Buffer;

const place = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
const at = (bytes: Buffer, share: number): number => Math.floor(share * (bytes.length + 1));

/** Bytes changed, cut, inserted or repeated, without a thought for the format. */
const blind: fc.Arbitrary<Mutation> = fc.oneof(
  fc.tuple(place, fc.integer({ min: 0, max: 7 })).map(([share, bit]) => (bytes: Buffer) => {
    const copy = Buffer.from(bytes);
    if (copy.length > 0) copy[Math.min(at(copy, share), copy.length - 1)] ^= 1 << bit;
    return copy;
  }),
  place.map((share) => (bytes: Buffer) => bytes.subarray(0, at(bytes, share))),
  fc.tuple(place, place).map(([a, b]) => (bytes: Buffer) => {
    const [start, end] = [at(bytes, a), at(bytes, b)].sort((x, y) => x - y);
    return Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)]);
  }),
  fc.tuple(place, fc.uint8Array({ minLength: 1, maxLength: 12 })).map(([share, inserted]) => (bytes: Buffer) => {
    const start = at(bytes, share);
    return Buffer.concat([bytes.subarray(0, start), inserted, bytes.subarray(start)]);
  }),
  fc.tuple(place, place).map(([a, b]) => (bytes: Buffer) => {
    const [start, end] = [at(bytes, a), at(bytes, b)].sort((x, y) => x - y);
    return Buffer.concat([bytes.subarray(0, end), bytes.subarray(start)]);
  }),
);

/** One to three of them. */
export const blindMutation: fc.Arbitrary<Mutation> = fc
  .array(blind, { minLength: 1, maxLength: 3 })
  .map((all) => (bytes: Buffer) => all.reduce((damaged, one) => one(damaged), bytes));

/** What an attacker or a broken writer would put into a JSON file. */
const nasty: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(-1, 0, 1, 0.5, -0, 8, 16, 2 ** 31, 2 ** 53, 2 ** 64, 1e308, null, true, false, "", [], {}),
  fc.constantFrom("F32", "F16", "BF16", "I64", "F64", "U8", "f32", "two\nlines", "../../etc/passwd", "a".repeat(5000)),
  fc.constantFrom([0, 0], [0, 16], [16, 0], [0, 2 ** 53], [-8, 8], [[0, 8]], [1e308, 1e308], [2 ** 32, 2 ** 32, 0]),
  fc.jsonValue({ maxDepth: 3 }),
);

const isBranch = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

/** Follows keys chosen by the shares to some depth and replaces, removes or copies what is there. */
function editJson(content: unknown, path: readonly number[], edit: "set" | "remove" | "copy", value: unknown): void {
  let branch = content;
  for (const [depth, share] of path.entries()) {
    if (!isBranch(branch)) return;
    const keys = Object.keys(branch);
    const key = keys[Math.floor(share * keys.length)];
    if (key === undefined) return;
    if (depth < path.length - 1 && isBranch(branch[key])) {
      branch = branch[key];
      continue;
    }
    if (edit === "remove") delete branch[key];
    else if (edit === "copy") branch[`${key}_`] = structuredClone(branch[key]);
    else branch[key] = structuredClone(value);
    return;
  }
}

/** A JSON text with one or two values replaced, removed or doubled, or with a key that stands there twice. */
export const jsonMutation: fc.Arbitrary<(text: string) => string> = fc.oneof(
  fc
    .array(
      fc.tuple(
        fc.array(place, { minLength: 1, maxLength: 4 }),
        fc.constantFrom<"set" | "remove" | "copy">("set", "set", "remove", "copy"),
        nasty,
      ),
      { minLength: 1, maxLength: 2 },
    )
    .map((edits) => (text: string) => {
      const content: unknown = JSON.parse(text);
      for (const [path, edit, value] of edits) editJson(content, path, edit, value);
      return JSON.stringify(content);
    }),
  fc.tuple(place, nasty).map(([share, value]) => (text: string) => {
    const content = JSON.parse(text) as Record<string, unknown>;
    const keys = Object.keys(content);
    const key = keys[Math.floor(share * keys.length)];
    return `{${JSON.stringify(key)}:${JSON.stringify(value)},${text.trimStart().slice(1)}`;
  }),
);

/** The same inside a safetensors file, whose length field goes along, or a length field that lies. */
export const headerMutation: fc.Arbitrary<Mutation> = fc.oneof(
  { weight: 5, arbitrary: jsonMutation.map((change) => (bytes: Buffer) => withHeader(bytes, change(headerOf(bytes)))) },
  {
    weight: 1,
    arbitrary: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((length) => (bytes: Buffer) => {
      const copy = Buffer.from(bytes);
      copy.writeBigUInt64LE(length);
      return copy;
    }),
  },
);

export const headerOf = (bytes: Buffer): string => bytes.toString("utf8", 8, 8 + Number(bytes.readBigUInt64LE()));

export function withHeader(bytes: Buffer, header: string): Buffer {
  const json = Buffer.from(header);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, bytes.subarray(8 + Number(bytes.readBigUInt64LE()))]);
}
