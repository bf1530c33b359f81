/** One installation at a time in one folder: two would write over each other's files. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { CourseError } from "../errors";
import { isAlive } from "./processes";

/** Runs the body while no other process runs one with this file. A lock of a process that is gone is taken over. */
export async function withLock<T>(file: string, body: () => Promise<T>): Promise<T> {
  mkdirSync(path.dirname(file), { recursive: true });
  if (!take(file)) {
    const holder = Number(read(file));
    if (isAlive(holder)) {
      const way = `wait until it is done (or, if that is no align lab, remove ${file})`;
      const message = `align lab: another one (process ${holder}) is installing JupyterLab here; ${way}`;
      throw new CourseError("jupyter", message);
    }
    rmSync(file, { force: true });
    if (!take(file)) throw new CourseError("jupyter", `align lab: another one has just begun to install; wait for it`);
  }
  const release = (): void => rmSync(file, { force: true });
  process.once("exit", release);
  try {
    return await body();
  } finally {
    process.off("exit", release);
    release();
  }
}

function take(file: string): boolean {
  try {
    writeFileSync(file, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return ""; // given back in between
  }
}
