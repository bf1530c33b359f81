/** `node:fs` on the disk in memory: the functions that kernel-utils calls, and no others. */
import { Buffer } from "buffer";
import { disk } from "./disk";

type Encoding = "utf8" | { encoding?: "utf8" } | undefined;

const isText = (encoding: Encoding): boolean =>
  (typeof encoding === "object" ? encoding.encoding : encoding) === "utf8";
const bytesOf = (content: string | Uint8Array): Uint8Array =>
  typeof content === "string" ? new TextEncoder().encode(content) : content.slice();

export const existsSync = (name: string): boolean => disk.exists(name);
export const readFileSync = (name: string, encoding?: Encoding): string | Buffer => {
  const content = Buffer.from(disk.read(name));
  return isText(encoding) ? content.toString("utf8") : content;
};
export const writeFileSync = (name: string, content: string | Uint8Array): void => disk.write(name, bytesOf(content));
export const readdirSync = (name: string): string[] => disk.list(name);
export const statSync = (name: string) => disk.stat(name);
export const realpathSync = (name: string): string => name;
export const renameSync = (from: string, to: string): void => disk.rename(from, to);
export const rmSync = (name: string, options?: { recursive?: boolean; force?: boolean }): void =>
  disk.remove(name, options);
export const mkdirSync = (name: string, { recursive = false } = {}): void =>
  recursive ? disk.makeFolders(name) : disk.makeFolder(name);

/** The whole file in one piece, which is what a stream over memory would give. */
export async function* createReadStream(name: string): AsyncGenerator<Buffer> {
  yield Buffer.from(disk.read(name));
}

/** Standard output of a process: nobody listens to it here. */
export const writeSync = (): never => {
  throw new Error("writeSync: a page has no file descriptors");
};

/** An open file. Writing appends at the end, as the library's files are written. */
export class FileHandle {
  constructor(private readonly name: string) {}

  async stat() {
    return disk.stat(this.name);
  }

  async read(into: Uint8Array, offset: number, length: number, position: number): Promise<{ bytesRead: number }> {
    const part = disk.read(this.name).subarray(position, position + length);
    into.set(part, offset);
    return { bytesRead: part.length };
  }

  async write(content: string | Uint8Array): Promise<{ bytesWritten: number }> {
    const [old, added] = [disk.read(this.name), bytesOf(content)];
    const all = new Uint8Array(old.length + added.length);
    all.set(old);
    all.set(added, old.length);
    disk.write(this.name, all);
    return { bytesWritten: added.length };
  }

  async writeFile(content: string | Uint8Array): Promise<void> {
    disk.write(this.name, bytesOf(content));
  }

  async truncate(length = 0): Promise<void> {
    disk.write(this.name, disk.read(this.name).slice(0, length));
  }

  async sync(): Promise<void> {}
  async datasync(): Promise<void> {}
  async close(): Promise<void> {}
}

async function open(name: string, flag = "r"): Promise<FileHandle> {
  if (flag.startsWith("r")) disk.read(name);
  else if (!flag.startsWith("a") || !disk.exists(name)) disk.write(name, new Uint8Array(0), flag.includes("x"));
  return new FileHandle(name);
}

export const promises = {
  open,
  readFile: async (name: string, encoding?: Encoding) => readFileSync(name, encoding),
  writeFile: async (name: string, content: string | Uint8Array) => writeFileSync(name, content),
  readdir: async (name: string) => readdirSync(name),
  stat: async (name: string) => statSync(name),
  mkdir: async (name: string, options?: { recursive?: boolean }) => mkdirSync(name, options),
  rename: async (from: string, to: string) => renameSync(from, to),
  rm: async (name: string, options?: { recursive?: boolean; force?: boolean }) => rmSync(name, options),
  rmdir: async (name: string) => disk.removeEmptyFolder(name),
};

export default {
  existsSync,
  readFileSync,
  writeFileSync,
  readdirSync,
  statSync,
  realpathSync,
  renameSync,
  rmSync,
  mkdirSync,
  createReadStream,
  writeSync,
  promises,
};
