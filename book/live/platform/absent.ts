/**
 * Node's modules that a page cannot have: threads of Node, other programs, native libraries, debuggers. The library asks
 * for them only on paths that a page does not take; should one be taken, this says so.
 */
const missing = (what: string) =>
  class {
    constructor() {
      refuse(what);
    }
  };

function refuse(what: string): never {
  throw new Error(`${what} is not available in a page; it needs Node`);
}

export const Worker = missing("a worker thread of Node");
export const Session = missing("a debugging session");
export const isMainThread = true;
export const parentPort = null;
export const workerData = null;
export const execFile = (): never => refuse("starting another program");
export const spawn = execFile;
export const spawnSync = execFile;
export const createInterface = (): never => refuse("readline");
export const runInThisContext = (): never => refuse("node:vm");
export const parseArgs = (): never => refuse("node:util");
export const promisify = parseArgs;
export const load = (): never => refuse("a native library");

export default {};
