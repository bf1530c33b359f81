/**
 * A drawing's PNG with a palette of 256 colours, a third of the size: line art has few colours beside the shades of its
 * edges. What is no RGBA picture of eight bits, as a rasteriser writes it, comes back as it was.
 */
import { deflateSync, inflateSync } from "node:zlib";

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const colours = 256;
/** Of these, as many as a figure has areas, bands that overlap and lines. */
const exact = 96;

export function smallPng(png: Uint8Array): Uint8Array {
  const picture = decode(Buffer.from(png.buffer, png.byteOffset, png.byteLength));
  if (picture === undefined) return png;
  const small = encode(picture);
  return small.length < png.length ? small : png;
}

interface Picture {
  width: number;
  height: number;
  /** One number a pixel: red, green, blue, alpha from the highest byte down. */
  pixels: Uint32Array;
}

function decode(png: Buffer): Picture | undefined {
  if (!png.subarray(0, 8).equals(signature)) return undefined;
  const parts: Buffer[] = [];
  for (let at = 8; at + 12 <= png.length; at += 12 + png.readUInt32BE(at)) {
    if (png.toString("latin1", at + 4, at + 8) === "IDAT")
      parts.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  }
  const [width, height, format] = [png.readUInt32BE(16), png.readUInt32BE(20), png.toString("hex", 24, 29)];
  if (format !== "0806000000") return undefined; // eight bits, RGBA, deflate, the five filters, not interlaced
  const bytes = unfilter(inflateSync(Buffer.concat(parts)), width * 4, height);
  const pixels = Uint32Array.from({ length: width * height }, (_, i) => bytes.readUInt32BE(4 * i));
  return { width, height, pixels };
}

/** Undoes the filter that each row names in its first byte; PNG specification (ISO/IEC 15948), section 9. */
function unfilter(rows: Buffer, stride: number, height: number): Buffer {
  const out = Buffer.alloc(stride * height);
  for (let y = 0; y < height; y++) {
    const filter = rows[y * (stride + 1)];
    for (let x = 0; x < stride; x++) {
      const at = y * stride + x;
      const left = x >= 4 ? out[at - 4] : 0;
      const up = y > 0 ? out[at - stride] : 0;
      const corner = x >= 4 && y > 0 ? out[at - stride - 4] : 0;
      const predicted = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter];
      out[at] = rows[y * (stride + 1) + 1 + x] + predicted;
    }
  }
  return out;
}

function paeth(left: number, up: number, corner: number): number {
  const [a, b, c] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

const channels = (colour: number): number[] => [
  colour >>> 24,
  (colour >>> 16) & 255,
  (colour >>> 8) & 255,
  colour & 255,
];

function encode({ width, height, pixels }: Picture): Buffer {
  const counts = new Map<number, number>();
  for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
  const palette = choose(counts);
  const indexOf = new Map([...counts.keys()].map((colour) => [colour, nearest(palette, colour)]));
  const rows = Buffer.alloc((width + 1) * height); // each row begins with filter 0: none
  for (let i = 0; i < pixels.length; i++) rows[i + Math.floor(i / width) + 1] = indexOf.get(pixels[i])!;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3], 8); // eight bits, by palette
  const table = palette.map(channels);
  const blocks = [chunk("IHDR", header), chunk("PLTE", Buffer.from(table.flatMap((rgba) => rgba.slice(0, 3))))];
  if (table.some(([, , , alpha]) => alpha < 255)) blocks.push(chunk("tRNS", Buffer.from(table.map((rgba) => rgba[3]))));
  return Buffer.concat([
    signature,
    ...blocks,
    chunk("IDAT", deflateSync(rows, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** Colours of areas and lines, exact; behind them come the shades of edges, no two of them close to each other. */
function choose(counts: Map<number, number>): number[] {
  const common = [...counts].sort(([a, m], [b, n]) => n - m || a - b).map(([colour]) => colour);
  if (common.length <= colours) return common;
  const chosen = common.slice(0, exact);
  const seen = new Set(chosen.map(coarse));
  for (const colour of common.slice(exact)) {
    if (chosen.length < colours && !seen.has(coarse(colour))) chosen.push(colour);
    seen.add(coarse(colour));
  }
  return chosen;
}

const coarse = (colour: number): number => colour & 0xf0f0f0f0;

function nearest(palette: readonly number[], colour: number): number {
  const wanted = channels(colour);
  let [best, least] = [0, Number.POSITIVE_INFINITY];
  for (const [i, candidate] of palette.entries()) {
    const distance = channels(candidate).reduce((sum, value, channel) => sum + (value - wanted[channel]) ** 2, 0);
    if (distance < least) [best, least] = [i, distance];
  }
  return best;
}

function chunk(type: string, data: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

/** CRC-32 of ISO 3309, as PNG's annex D has it. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}
