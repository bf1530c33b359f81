import { type Dtype, formats } from "../../../kernel-utils/src/model/checkpoints/dtype";
import { Random } from "../../../kernel-utils/src/tensor";

const patterns = Uint16Array.from({ length: 2 ** 16 }, (_, bits) => bits);
const bytesOf = (halves: Uint16Array): Uint8Array => new Uint8Array(halves.buffer);
const halvesOf = (bytes: Uint8Array): Uint16Array => new Uint16Array(Uint8Array.from(bytes).buffer);

/** IEEE 754's definition, in arithmetic: (−1)^s · 2^(e − bias) · 1.f, and 2^(1 − bias) · 0.f where e is 0. */
function numberOf(half: number, exponentBits: number): number {
  const fractionBits = 15 - exponentBits;
  const bias = 2 ** (exponentBits - 1) - 1;
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half & 0x7fff) >> fractionBits;
  const fraction = (half & (2 ** fractionBits - 1)) / 2 ** fractionBits;
  if (exponent === 2 ** exponentBits - 1) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (exponent === 0 ? fraction * 2 ** (1 - bias) : (1 + fraction) * 2 ** (exponent - bias));
}

describe.each([
  ["float16" as Dtype, 5],
  ["bfloat16" as Dtype, 8],
])("%s", (dtype, exponentBits) => {
  const { encode, decode, largest } = formats[dtype];
  const positive = Array.from({ length: 0x7fff }, (_, half) => numberOf(half, exponentBits)).filter(Number.isFinite);

  it("widens each of its 65,536 patterns to exactly its value", () => {
    const values = decode(bytesOf(patterns));
    const wrong = patterns.find((half) => !Object.is(values[half], numberOf(half, exponentBits)));
    expect(wrong).toBeUndefined();
  });

  it("takes each of its own values back unchanged, and a NaN stays one", () => {
    const back = halvesOf(encode(decode(bytesOf(patterns))));
    const isNaNAt = (half: number) => Number.isNaN(numberOf(half, exponentBits));
    expect(patterns.find((half) => !isNaNAt(half) && back[half] !== half)).toBeUndefined();
    expect(patterns.find((half) => isNaNAt(half) && !isNaNAt(back[half]))).toBeUndefined();
  });

  it("rounds to the nearest value, ties to the even pattern", () => {
    const random = new Random("halves");
    for (let trial = 0; trial < 20_000; trial++) {
      const at = random.integer(positive.length - 1);
      const [low, high] = [positive[at], positive[at + 1]];
      const fraction = [0.5, random.uniform(), 0.5 + (random.uniform() - 0.5) / 1000][trial % 3];
      const value = Math.fround(low + (high - low) * fraction);
      const middle = low + (high - low) / 2; // exact in float64
      const expected = value === middle ? at + (at % 2) : value < middle ? at : at + 1;
      const [up, down] = halvesOf(encode(Float32Array.of(value, -value)));
      expect([up, down]).toEqual([expected, expected + 0x8000]);
    }
  });

  it("becomes infinite only beyond its largest value", () => {
    expect(positive.at(-1)).toBe(largest);
    const step = largest - positive.at(-2)!;
    const beyond = Float32Array.of(largest, largest + 0.49 * step, largest + 0.51 * step);
    expect([...decode(encode(beyond))]).toEqual([largest, largest, Number.POSITIVE_INFINITY]);
  });
});

it("float32 keeps every bit", () => {
  const values = Float32Array.of(1, -0, 1e-45, 3.4e38, Math.PI);
  expect(new Uint32Array(formats.float32.decode(formats.float32.encode(values)).buffer)).toEqual(
    new Uint32Array(values.buffer),
  );
});
