/** A figure's PNG by palette: the same picture in fewer bytes, whichever filters the rasteriser has used. */
import { deflateSync, inflateSync } from "node:zlib";
import { smallPng } from "../../kernel-utils/src/notebook/committed/smallPng";

const size = 40;
const chunk = (type: string, data: Buffer): Buffer => {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(data.length);
  head.write(type, 4, "latin1");
  return Buffer.concat([head, data, Buffer.alloc(4)]); // decoders here do not ask for the check sum
};

/** RGBA rows, each with one of the five filters in turn: PNG specification, table 9.1, written the other way round. */
function rgbaPng(pixel: (x: number, y: number) => number[]): Buffer {
  const raw = (x: number, y: number, c: number): number => (x < 0 || y < 0 ? 0 : pixel(x, y)[c]);
  const rows = Array.from({ length: size }, (_, y) => {
    const filter = y % 5;
    const bytes = Array.from({ length: 4 * size }, (__, i) => {
      const [x, c] = [i >> 2, i % 4];
      const [a, b, corner] = [raw(x - 1, y, c), raw(x, y - 1, c), raw(x - 1, y - 1, c)];
      const [da, db, dc] = [a, b, corner].map((value) => Math.abs(a + b - corner - value));
      const paeth = da <= db && da <= dc ? a : db <= dc ? b : corner;
      return (raw(x, y, c) - [0, a, b, (a + b) >> 1, paeth][filter] + 512) % 256;
    });
    return [filter, ...bytes];
  });
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 6], 8);
  const data = deflateSync(Buffer.from(rows.flat()), { level: 0 });
  const half = data.length >> 1; // rasterisers split the data as they like
  const parts = [data.subarray(0, half), data.subarray(half)].map((part) => chunk("IDAT", part));
  const signature = Buffer.from("89504e470d0a1a0a", "hex");
  return Buffer.concat([signature, chunk("IHDR", header), ...parts, chunk("IEND", Buffer.alloc(0))]);
}

/** The pixels of a palette's PNG without filters. */
function indexed(png: Uint8Array): number[][][] {
  const bytes = Buffer.from(png);
  const chunks: Record<string, Buffer> = {};
  for (let at = 8; at < bytes.length; at += 12 + bytes.readUInt32BE(at))
    chunks[bytes.toString("latin1", at + 4, at + 8)] = bytes.subarray(at + 8, at + 8 + bytes.readUInt32BE(at));
  expect(chunks.IHDR.toString("hex")).toBe("00000028000000280803000000");
  const rows = inflateSync(chunks.IDAT);
  return Array.from({ length: size }, (_, y) =>
    Array.from({ length: size }, (__, x) => {
      const i = rows[y * (size + 1) + x + 1];
      return [...chunks.PLTE.subarray(3 * i, 3 * i + 3), chunks.tRNS?.[i] ?? 255];
    }),
  );
}

it("is the same picture where 256 colours are enough, transparency too", () => {
  const pixel = (x: number, y: number): number[] => [(x * 7) % 16, (y >> 3) * 40, x > y ? 200 : 3, x === y ? 128 : 255];
  const png = rgbaPng(pixel);
  const small = smallPng(png);
  expect(small.length).toBeLessThan(png.length / 2);
  const found = indexed(small);
  for (let y = 0; y < size; y++) for (let x = 0; x < size; x++) expect(found[y][x]).toEqual(pixel(x, y));
});

it("keeps the colours of areas exactly and those of edges nearly, where there are more", () => {
  const pixel = (x: number, y: number): number[] =>
    x < 20 ? [10, 200, 30, 255] : [(x * 6) % 256, (y * 6) % 256, ((x + y) * 3) % 256, 255];
  const found = indexed(smallPng(rgbaPng(pixel)));
  let worst = 0;
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      const distance = Math.max(...pixel(x, y).map((value, c) => Math.abs(value - found[y][x][c])));
      if (x < 20) expect(distance).toBe(0);
      worst = Math.max(worst, distance);
    }
  expect(worst).toBeGreaterThan(0);
  expect(worst).toBeLessThan(40);
});

it("gives the same bytes for the same picture", () => {
  const png = rgbaPng((x, y) => [x, y, 0, 255]);
  expect(Buffer.from(smallPng(png)).equals(Buffer.from(smallPng(png)))).toBe(true);
});

it("leaves alone what is no picture of its kind", () => {
  const other = Buffer.from("no picture");
  expect(smallPng(other)).toBe(other);
  const grey = rgbaPng(() => [0, 0, 0, 255]);
  grey[25] = 0; // says that it is greyscale
  expect(smallPng(grey)).toBe(grey);
});
