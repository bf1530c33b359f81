/** `node:fs/promises` on the disk in memory. */
import { promises } from "./fs";

export const { open, readFile, writeFile, readdir, stat, mkdir, rename, rm, rmdir } = promises;
export { FileHandle } from "./fs";
export default promises;
