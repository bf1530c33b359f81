/**
 * The disk of a machine that has none: files in memory, by absolute path. What the library reads (kernels, trained
 * models, declarations) is put here before it asks; what it writes lasts as long as the worker.
 */
import path from "path-browserify";

export interface Stat {
  size: number;
  mtimeMs: number;
  isFile(): boolean;
  isDirectory(): boolean;
}

/** As Node's own: programs tell one failure from another by its code. */
export class DiskError extends Error {
  constructor(
    readonly code: "ENOENT" | "EEXIST" | "ENOTDIR" | "EISDIR" | "ENOTEMPTY",
    readonly syscall: string,
    readonly path: string,
  ) {
    super(`${code}: ${meanings[code]}, ${syscall} '${path}'`);
  }
}

const meanings = {
  ENOENT: "no such file or directory",
  EEXIST: "file already exists",
  ENOTDIR: "not a directory",
  EISDIR: "illegal operation on a directory",
  ENOTEMPTY: "directory not empty",
};

interface DiskFile {
  size: number;
  modified: number;
  /** The content; of a file that is somewhere else, fetched when it is first asked for. */
  content(): Uint8Array;
}

const inMemory = (bytes: Uint8Array): DiskFile => ({ size: bytes.length, modified: Date.now(), content: () => bytes });

export class Disk {
  private readonly files = new Map<string, DiskFile>();
  private readonly folders = new Set<string>(["/"]);

  /** Puts a file here, with the folders above it. */
  put(file: string, bytes: Uint8Array): void {
    const full = path.resolve(file);
    this.makeFolders(path.dirname(full));
    this.write(full, bytes);
  }

  /** As `put`, for a file that `fetchBytes` gets at once, when it is first read. */
  putElsewhere(file: string, size: number, fetchBytes: () => Uint8Array): void {
    const full = path.resolve(file);
    this.makeFolders(path.dirname(full));
    const content = (): Uint8Array => {
      const bytes = fetchBytes();
      this.files.set(full, inMemory(bytes));
      return bytes;
    };
    this.files.set(full, { size, modified: 0, content });
  }

  exists(name: string): boolean {
    const full = path.resolve(name);
    return this.files.has(full) || this.folders.has(full);
  }

  read(name: string): Uint8Array {
    const full = path.resolve(name);
    const file = this.files.get(full);
    if (file) return file.content();
    throw new DiskError(this.folders.has(full) ? "EISDIR" : "ENOENT", "open", full);
  }

  write(name: string, bytes: Uint8Array, exclusive = false): void {
    const full = path.resolve(name);
    if (!this.folders.has(path.dirname(full))) throw new DiskError("ENOENT", "open", full);
    if (this.folders.has(full)) throw new DiskError("EISDIR", "open", full);
    if (exclusive && this.files.has(full)) throw new DiskError("EEXIST", "open", full);
    this.files.set(full, inMemory(bytes));
  }

  list(name: string): string[] {
    const full = path.resolve(name);
    if (!this.folders.has(full)) throw new DiskError(this.files.has(full) ? "ENOTDIR" : "ENOENT", "scandir", full);
    return this.below(full)
      .filter((child) => path.dirname(child) === full)
      .map((child) => path.basename(child))
      .sort();
  }

  stat(name: string): Stat {
    const full = path.resolve(name);
    const file = this.files.get(full);
    if (!file && !this.folders.has(full)) throw new DiskError("ENOENT", "stat", full);
    return {
      size: file?.size ?? 0,
      mtimeMs: file?.modified ?? 0,
      isFile: () => file !== undefined,
      isDirectory: () => file === undefined,
    };
  }

  makeFolder(name: string): void {
    const full = path.resolve(name);
    if (this.exists(full)) throw new DiskError("EEXIST", "mkdir", full);
    if (!this.folders.has(path.dirname(full))) throw new DiskError("ENOENT", "mkdir", full);
    this.folders.add(full);
  }

  makeFolders(name: string): void {
    const full = path.resolve(name);
    if (this.files.has(full)) throw new DiskError("EEXIST", "mkdir", full);
    if (this.folders.has(full)) return;
    this.makeFolders(path.dirname(full));
    this.folders.add(full);
  }

  /** A file or a folder with all that is in it; a file in the way is replaced, a folder only when it is empty. */
  rename(from: string, to: string): void {
    const [source, target] = [path.resolve(from), path.resolve(to)];
    if (!this.exists(source)) throw new DiskError("ENOENT", "rename", source);
    if (!this.folders.has(path.dirname(target))) throw new DiskError("ENOENT", "rename", target);
    if (source === target) return;
    if (this.folders.has(target) && this.below(target).length > 0) throw new DiskError("ENOTEMPTY", "rename", target);
    for (const name of [source, ...this.below(source)]) this.move(name, target + name.slice(source.length));
  }

  remove(name: string, { recursive = false, force = false } = {}): void {
    const full = path.resolve(name);
    if (!this.exists(full)) {
      if (force) return;
      throw new DiskError("ENOENT", "rm", full);
    }
    if (this.folders.has(full) && !recursive) throw new DiskError("EISDIR", "rm", full);
    for (const child of [full, ...this.below(full)]) {
      this.files.delete(child);
      this.folders.delete(child);
    }
  }

  removeEmptyFolder(name: string): void {
    const full = path.resolve(name);
    if (!this.folders.has(full)) throw new DiskError(this.files.has(full) ? "ENOTDIR" : "ENOENT", "rmdir", full);
    if (this.below(full).length > 0) throw new DiskError("ENOTEMPTY", "rmdir", full);
    this.folders.delete(full);
  }

  private below(folder: string): string[] {
    const start = folder === "/" ? "/" : `${folder}/`;
    return [...this.folders, ...this.files.keys()].filter((name) => name !== folder && name.startsWith(start));
  }

  private move(from: string, to: string): void {
    const file = this.files.get(from);
    if (file) this.files.set(to, file);
    else this.folders.add(to);
    this.files.delete(from);
    this.folders.delete(from);
  }
}

/** The one disk of this worker. */
export const disk = new Disk();
