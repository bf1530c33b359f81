/** The number formats of weights on disk, under PyTorch's names. In memory every weight is float32. */
export type Dtype = "float32" | "bfloat16" | "float16";

interface Format {
  /** The name in a safetensors header. */
  code: string;
  bytes: number;
  /** Largest finite value; beyond it, rounding gives infinity. */
  largest: number;
  encode: (values: Float32Array) => Uint8Array;
  /** The bytes may start anywhere: they are copied first. */
  decode: (bytes: Uint8Array) => Float32Array;
}

const bytesOf = (array: Float32Array | Uint16Array): Uint8Array =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

/** Bits of float32 values. A view: nothing is copied. */
const bitsOf = (values: Float32Array): Uint32Array => new Uint32Array(values.buffer, values.byteOffset, values.length);

const halves = (bytes: Uint8Array): Uint16Array => new Uint16Array(Uint8Array.from(bytes).buffer);

/** A 16-bit format: `round` and `widen` work on bit patterns. Plain loops: `from` with a function costs ten times as much. */
function sixteenBits(code: string, largest: number, round: (bits: number) => number, widen: (half: number) => number) {
  const encode = (values: Float32Array): Uint8Array => {
    const bits = bitsOf(values);
    const rounded = new Uint16Array(bits.length);
    for (let index = 0; index < bits.length; index++) rounded[index] = round(bits[index]);
    return bytesOf(rounded);
  };
  const decode = (bytes: Uint8Array): Float32Array => {
    const stored = halves(bytes);
    const bits = new Uint32Array(stored.length);
    for (let index = 0; index < stored.length; index++) bits[index] = widen(stored[index]);
    return new Float32Array(bits.buffer);
  };
  return { code, bytes: 2, largest, encode, decode };
}

/** Round to nearest, ties to even: drops the lowest `count` bits, 0 < count < 32, of a pattern below 2³¹. */
const dropBits = (bits: number, count: number): number => {
  const kept = bits >>> count;
  const half = 1 << (count - 1);
  const dropped = bits & (2 * half - 1);
  return kept + (dropped > half || (dropped === half && (kept & 1) === 1) ? 1 : 0);
};

/** bfloat16 is the upper half of a float32: 8 bits of exponent, 7 of fraction. A NaN must not round to infinity. */
function toBfloat16(bits: number): number {
  const magnitude = bits & 0x7fffffff;
  const half = magnitude > 0x7f800000 ? (magnitude >>> 16) | 0x40 : dropBits(magnitude, 16);
  return ((bits >>> 16) & 0x8000) | half;
}

/** IEEE 754 binary16: 5 bits of exponent with bias 15, 10 of fraction; below 2⁻¹⁴ steps of 2⁻²⁴ down to zero. */
function toFloat16(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00; // NaN
  if (magnitude >= 0x47800000) return sign | 0x7c00; // 2¹⁶ and more
  if (magnitude >= 0x38800000) return sign | dropBits(magnitude - 0x38000000, 13); // 2⁻¹⁴ and more: bias 127 to 15
  const exponent = magnitude >>> 23;
  if (exponent < 102) return sign; // below 2⁻²⁵, half the smallest step
  return sign | dropBits((magnitude & 0x7fffff) | 0x800000, 126 - exponent); // in units of 2⁻²⁴
}

/** Bits of the float32 that each multiple of 2⁻²⁴ below 2⁻¹⁴ is. */
const smallest = bitsOf(Float32Array.from({ length: 1024 }, (_, fraction) => fraction * 2 ** -24));

function fromFloat16(half: number): number {
  const sign = (half & 0x8000) << 16;
  const exponent = (half >>> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0x1f) return sign | 0x7f800000 | (fraction << 13);
  if (exponent > 0) return sign | ((exponent + 112) << 23) | (fraction << 13);
  return sign | smallest[fraction];
}

/** Rounding is to nearest, ties to even, as PyTorch does it. Little-endian, as the file is and every machine Node runs on. */
export const formats: Readonly<Record<Dtype, Format>> = {
  float32: {
    code: "F32",
    bytes: 4,
    largest: 3.4028234663852886e38,
    encode: bytesOf,
    decode: (bytes) => new Float32Array(Uint8Array.from(bytes).buffer),
  },
  bfloat16: sixteenBits("BF16", 3.3895313892515355e38, toBfloat16, (half) => half << 16),
  float16: sixteenBits("F16", 65504, toFloat16, fromFloat16),
};

export const isDtype = (name: unknown): name is Dtype => Object.keys(formats).includes(name as string);
