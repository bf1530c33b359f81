/** What the library finds on its disk in a page: the kernels at once, models and tables when they are asked for. */
import { disk } from "../platform/disk";

/** disk.json: files of the project by path from its root, with where they lie among the assets. */
type Listing = Record<string, { at: string; bytes: number }>;

async function download(url: string): Promise<Response> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status} ${response.statusText}; build the live pages again`);
  return response;
}

/** The library reads files at once, which a worker may do from the network too. */
function downloadNow(url: string): Uint8Array {
  const request = new XMLHttpRequest();
  request.open("GET", url, false);
  request.responseType = "arraybuffer";
  request.send();
  if (request.status === 200) return new Uint8Array(request.response as ArrayBuffer);
  throw new Error(`${url}: ${request.status} ${request.statusText}`);
}

export async function fillDisk(assets: string): Promise<void> {
  const kernels = await (await download(`${assets}kernels.wasm`)).arrayBuffer();
  disk.put("/course/kernel-utils/dist/kernels.wasm", new Uint8Array(kernels));
  // Figures are drawn by the page, with its own copy of the plotting library.
  disk.put("/course/kernel-utils/dist/assets/plotly.min.js", new Uint8Array(0));
  disk.put("/course/package.json", new TextEncoder().encode("{}"));
  disk.makeFolders("/course/notebooks");
  const listing = (await (await download(`${assets}disk.json`)).json()) as Listing;
  for (const [name, { at, bytes }] of Object.entries(listing)) {
    disk.putElsewhere(`/course/${name}`, bytes, () => downloadNow(`${assets}${at}`));
  }
}
