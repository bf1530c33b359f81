/** What a safetensors file says, read in the plainest way and without any check; for files that some reader accepted. */
import { headerOf } from "./mutations";

/** Numbers one by one, by the formats' definitions. */
const readers: Record<string, [bytes: number, read: (data: Buffer, offset: number) => number]> = {
  F32: [4, (data, offset) => data.readFloatLE(offset)],
  BF16: [2, (data, offset) => Buffer.from([0, 0, data[offset], data[offset + 1]]).readFloatLE()],
  F16: [2, (data, offset) => halfOf(data.readUInt16LE(offset))],
};

function halfOf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (exponent ? (1 + fraction / 1024) * 2 ** (exponent - 15) : fraction * 2 ** -24);
}

export interface PlainTensor {
  name: string;
  shape: number[];
  values: number[];
  begin: number;
  end: number;
}

export function readPlainly(file: Buffer): PlainTensor[] {
  const header = JSON.parse(headerOf(file)) as Record<
    string,
    { dtype: string; shape: number[]; data_offsets: number[] }
  >;
  const data = file.subarray(8 + Number(file.readBigUInt64LE()));
  return Object.entries(header)
    .filter(([name]) => name !== "__metadata__")
    .map(
      ([
        name,
        {
          dtype,
          shape,
          data_offsets: [begin, end],
        },
      ]) => {
        const [bytes, read] = readers[dtype];
        const values = Array.from({ length: (end - begin) / bytes }, (_, index) => read(data, begin + index * bytes));
        return { name, shape, values, begin, end };
      },
    );
}
