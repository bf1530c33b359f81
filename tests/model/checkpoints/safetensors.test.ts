import { decodeSafetensors, encodeSafetensors } from "../../../kernel-utils/src/model";

const values = Float32Array.of(1, -0, 1e-45, 3.4e38, Math.PI, -7);
const tensors = new Map([
  ["b", { shape: [2, 2], values: values.slice(0, 4) }],
  ["a", { shape: [2], values: values.slice(4) }],
]);

describe("safetensors", () => {
  it("lays out length, header and data as the format says", () => {
    const bytes = Buffer.from(encodeSafetensors(tensors, { step: "7" }));
    const headerLength = Number(bytes.readBigUInt64LE(0));
    expect((8 + headerLength) % 8).toBe(0);
    expect(JSON.parse(bytes.subarray(8, 8 + headerLength).toString())).toEqual({
      __metadata__: { format: "pt", step: "7" },
      b: { dtype: "F32", shape: [2, 2], data_offsets: [0, 16] },
      a: { dtype: "F32", shape: [2], data_offsets: [16, 24] },
    });
    expect(bytes.length).toBe(8 + headerLength + 24);
    expect(bytes.readFloatLE(8 + headerLength + 16)).toBeCloseTo(Math.PI, 6);
  });

  it("gives every bit back", () => {
    const read = decodeSafetensors(encodeSafetensors(tensors), "w.safetensors").tensors;
    expect([...read.keys()]).toEqual(["b", "a"]);
    for (const [name, { shape, values: expected }] of tensors) {
      expect(read.get(name)!.shape).toEqual(shape);
      expect(new Uint32Array(read.get(name)!.values.buffer)).toEqual(new Uint32Array(expected.buffer));
    }
  });

  /** A file with this header in front of 24 bytes of data. */
  const withHeader = (header: unknown): Uint8Array => {
    const json = Buffer.from(JSON.stringify(header));
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(json.length));
    return Buffer.concat([length, json, Buffer.alloc(24)]);
  };
  const good = { dtype: "F32", shape: [6], data_offsets: [0, 24] };

  it.each([
    ["no header length", Buffer.alloc(5), /5 bytes long/],
    ["a cut header", encodeSafetensors(tensors).subarray(0, 40), /truncated: the header should take/],
    ["cut data", encodeSafetensors(tensors).subarray(0, -4), /truncated: a should end at byte 24, the data ends at 20/],
    ["bytes left over", Buffer.concat([encodeSafetensors(tensors), Buffer.alloc(4)]), /4 bytes follow/],
    ["a header that is no object", withHeader([1]), /not a JSON object/],
    ["whole numbers", withHeader({ a: { ...good, dtype: "I32" } }), /a has dtype I32; F32, F16 and BF16 are read/],
    ["an unknown number format", withHeader({ a: { ...good, dtype: "F12" } }), /a has dtype "F12", which the format/],
    ["half the bytes", withHeader({ a: { ...good, dtype: "F16" } }), /takes 24 bytes, its shape \[6\] of F16 needs 12/],
    ["a shape that needs other bytes", withHeader({ a: { ...good, shape: [5] } }), /takes 24 bytes.*needs 20/],
    ["a hole between tensors", withHeader({ a: { ...good, shape: [5], data_offsets: [4, 24] } }), /ends at 0/],
    ["two negative lengths", withHeader({ a: { ...good, shape: [-2, -3] } }), /shape \[-2,-3\]/],
    ["broken lengths", withHeader({ a: { ...good, shape: [2.5, 2.4] } }), /shape \[2.5,2.4\]/],
    ["a negative length", withHeader({ a: { ...good, shape: [-6] } }), /shape \[-6\]/],
  ])("refuses %s", (_, bytes, message) => {
    expect(() => decodeSafetensors(bytes, "w.safetensors")).toThrow(message);
    expect(() => decodeSafetensors(bytes, "w.safetensors")).toThrow(/^w\.safetensors: .*again$/);
  });
});
