/**
 * A still picture as PNG, for where SVG is not shown (untrusted notebooks on code-hosting pages). In a module of its own:
 * the rasteriser and its fonts take some megabytes, so nothing else imports it, and it loads them when first called.
 */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

const fonts = ["DejaVuSansCondensed.ttf", "DejaVuSansCondensed-Bold.ttf"];
const family = "DejaVu Sans Condensed";
/** Pixels of the picture to one of the SVG: sharp on the screens that people have. */
const scale = 2;

let ready: Promise<Uint8Array[]> | undefined;

/** @returns the bytes of a PNG, twice the SVG's size; the same on every machine for the same SVG */
export async function figurePng(svg: string): Promise<Uint8Array> {
  const { Resvg } = await import("@resvg/resvg-wasm");
  ready ??= load();
  const fontBuffers = await ready;
  const font = { fontBuffers, defaultFontFamily: family, sansSerifFamily: family };
  const renderer = new Resvg(svg, { font, fitTo: { mode: "zoom", value: scale } });
  try {
    const image = renderer.render();
    const bytes = Uint8Array.from(image.asPng());
    image.free();
    return bytes;
  } finally {
    renderer.free();
  }
}

async function load(): Promise<Uint8Array[]> {
  const { initWasm } = await import("@resvg/resvg-wasm");
  const { resolve } = createRequire(__filename);
  await initWasm(await readFile(resolve("@resvg/resvg-wasm/index_bg.wasm")));
  return Promise.all(fonts.map((name) => readFile(resolve(`dejavu-fonts-ttf/ttf/${name}`))));
}
