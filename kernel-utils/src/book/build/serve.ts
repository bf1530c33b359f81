/** A static file server for looking at the site on this machine; it serves one folder and nothing above it. */
import { createReadStream, statSync } from "node:fs";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { CourseError, messageOf } from "../../errors";

const types: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".gif": "image/gif",
  ".webp": "image/webp",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
  ".woff": "font/woff",
  ".ttf": "font/ttf",
  ".wasm": "application/wasm",
  ".ipynb": "application/x-ipynb+json",
};

export interface SiteServer {
  /** Where a browser finds the site. */
  address: string;
  close(): Promise<void>;
}

/** @param base the address below which the site was built to stand @throws CourseError when the port is taken */
export async function serveFolder(folder: string, { base = "/", port = 0 } = {}): Promise<SiteServer> {
  const server = createServer(({ url = "/" }, response) => answer(path.resolve(folder), base, url, response));
  await listening(server, port);
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}${base}`;
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { address, close };
}

function listening(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause) => {
      const message = `align book: cannot serve on port ${port}: ${messageOf(cause)}; give --serve another port`;
      reject(new CourseError("usage", message, { cause }));
    });
    server.listen(port, "127.0.0.1", () => resolve());
  });
}

function answer(folder: string, base: string, url: string, response: ServerResponse): void {
  const file = fileAt(folder, base, url);
  if (file === undefined) {
    response.writeHead(404, { "content-type": "text/plain; charset=utf-8" }).end(`nothing at ${url}\n`);
    return;
  }
  const type = types[path.extname(file)] ?? "application/octet-stream";
  response.writeHead(200, {
    "content-type": type,
    "content-length": statSync(file).size,
    "cache-control": "no-cache",
    // Live cells run kernels on shared memory where the browser allows it.
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
  });
  createReadStream(file).pipe(response);
}

/** The file an address means; undefined for none, or for one outside the folder. */
export function fileAt(folder: string, base: string, url: string): string | undefined {
  let place: string;
  try {
    place = decodeURIComponent(new URL(url, "http://localhost").pathname);
  } catch {
    return undefined;
  }
  if (!place.startsWith(base)) return undefined;
  const file = path.join(folder, place.slice(base.length));
  if (file !== folder && !file.startsWith(folder + path.sep)) return undefined;
  const candidates = place.endsWith("/") ? [path.join(file, "index.html")] : [file, `${file}.html`];
  return candidates.find((candidate) => statSync(candidate, { throwIfNoEntry: false })?.isFile());
}
