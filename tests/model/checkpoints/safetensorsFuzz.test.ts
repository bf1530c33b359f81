import fc from "fast-check";
import { CourseError } from "../../../kernel-utils/src/errors";
import { decodeSafetensors } from "../../../kernel-utils/src/model";
import { blindMutation, headerMutation, type Mutation } from "./mutations";
import { readPlainly } from "./plainReader";

/** Three formats, a scalar and an empty tensor; 60 bytes of data. */
const whole = ((): Buffer => {
  const header = Buffer.from(
    JSON.stringify({
      __metadata__: { format: "pt" },
      "model.norm.weight": { dtype: "F32", shape: [2, 3], data_offsets: [0, 24] },
      b: { dtype: "BF16", shape: [4, 2], data_offsets: [24, 40] },
      c: { dtype: "F16", shape: [1, 8, 1], data_offsets: [40, 56] },
      scalar: { dtype: "F32", shape: [], data_offsets: [56, 60] },
      empty: { dtype: "F32", shape: [0, 7], data_offsets: [60, 60] },
    }),
  );
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, Buffer.from(Array.from({ length: 60 }, (_, index) => (index * 37) % 256))]);
})();

/** Every outcome but two is a failure: tensors that are what the file says, or one line that names the file. */
function outcomeOf(file: Buffer): "read" | "refused" {
  let tensors: ReturnType<typeof decodeSafetensors>["tensors"];
  try {
    ({ tensors } = decodeSafetensors(file, "w.safetensors"));
  } catch (error) {
    if (!(error instanceof CourseError)) throw new Error(`not a CourseError: ${error}`, { cause: error });
    expect(error.message).toMatch(/^w\.safetensors: [^\r\n]{5,250}; [^\r\n]{5,80}$/);
    return "refused";
  }
  const said = readPlainly(file);
  const read = [...tensors].map(([name, { shape, values }]) => ({ name, shape: [...shape], values: [...values] }));
  const inOrder = [...said].sort((a, b) => a.begin - b.begin || a.end - b.end);
  expect(read).toEqual(inOrder.map(({ name, shape, values }) => ({ name, shape, values })));
  const sizes = said.map(({ shape, values }) => [shape.reduce((a, b) => a * b, 1), values.length]);
  for (const [asked, there] of sizes) expect(there).toBe(asked);
  return "read";
}

function fuzz(mutation: fc.Arbitrary<Mutation>, numRuns: number): Record<"read" | "refused", number> {
  const counts = { read: 0, refused: 0 };
  const property = fc.property(mutation, (mutate) => {
    counts[outcomeOf(mutate(whole))] += 1;
  });
  fc.assert(property, { numRuns, seed: 2026 });
  return counts;
}

it("reads the file that nobody damaged", () => {
  expect(outcomeOf(whole)).toBe("read");
});

it("either reads or refuses 6,000 files with damaged bytes", () => {
  const { read, refused } = fuzz(blindMutation, 6000);
  expect(read).toBeGreaterThan(100); // flipped bits of the data are not for the format to notice
  expect(refused).toBeGreaterThan(3000);
});

it("either reads or refuses 6,000 files with a forged header", () => {
  const { read, refused } = fuzz(headerMutation, 6000);
  expect(read).toBeGreaterThan(50); // a value replaced by itself, a changed note in the metadata
  expect(refused).toBeGreaterThan(3000);
});

it.each([
  ["deep nesting", Buffer.from(`{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}`)],
  ["deep nesting that never ends", Buffer.from(`{"a":${'{"a":'.repeat(100_000)}`)],
  ["a name of a million letters", Buffer.from(`{"${"x".repeat(1_000_000)}":0}`)],
  ["a name with line breaks", Buffer.from('{"a\\nb\\u2028":{"dtype":"F32","shape":[9],"data_offsets":[0,0]}}')],
  ["a name that means something to JavaScript", Buffer.from('{"__proto__":{"dtype":"F32","shape":[1]}}')],
  ["bytes that are no UTF-8", Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x30, 0x7d])],
])("refuses a header with %s in one line", (_, json) => {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  expect(outcomeOf(Buffer.concat([length, json]))).toBe("refused");
});

it.each([
  ['{"a":1,"a":2}', "a"],
  ['{"a":{"dtype":1,"dtype":2}}', "dtype"],
  ['{"a":1,"\\u0061":2}', "a"],
  ['{"a\\"":{"b":[{"c":1,"d":[],"c":2}]}}', "c"],
])("finds the key that stands twice in %s", (text, key) => {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  expect(() => decodeSafetensors(Buffer.concat([length, Buffer.from(text)]), "w")).toThrow(
    `w: the header holds the key "${key}" twice`,
  );
});
