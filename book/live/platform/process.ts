/** What the library may know of its process: a page. Injected wherever `process` and `Buffer` are named. */
import { Buffer } from "buffer";

type Listener = (...args: unknown[]) => void;

const silent = { isTTY: false, write: (): boolean => true };

/** Where warnings and standard error go; the worker sets it to the cell's stream. */
export const sinks = { error: (_text: string): void => undefined };

const stderr = {
  isTTY: false,
  write(text: string): boolean {
    sinks.error(text);
    return true;
  },
};

export const process = {
  // No native library to look for, one thread, and no file in which progress would last: the page keeps it itself.
  env: { ALIGN_BLAS: "off", ALIGN_THREADS: "1", ALIGN_PROGRESS: "off" } as Record<string, string | undefined>,
  argv: [] as string[],
  execPath: "",
  pid: 1,
  platform: "browser",
  /** What packages look for that would otherwise take this for Node. */
  browser: true,
  arch: "wasm32",
  version: "",
  versions: {} as Record<string, string>,
  exitCode: undefined as number | undefined,
  cwd: (): string => "/course",
  stdout: silent,
  stderr,
  emitWarning: (warning: string | Error): void => sinks.error(`${warning}\n`),
  nextTick: (callback: Listener, ...args: unknown[]): void => queueMicrotask(() => callback(...args)),
  memoryUsage: () => ({ rss: 0, heapTotal: 0, heapUsed: 0, external: 0, arrayBuffers: 0 }),
  kill: (): never => {
    throw new Error("process.kill: a page has no other processes");
  },
  on: (): void => undefined,
  once: (): void => undefined,
  off: (): void => undefined,
  rawListeners: (): Listener[] => [],
  removeListener: (): void => undefined,
};

export { Buffer };
export default process;
