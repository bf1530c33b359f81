/** Registers our kernel with Jupyter: a folder with `kernel.json` and logos where Jupyter looks for kernels. */
import { cpSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { CourseError, messageOf } from "../../errors";
import { alignmentKernel } from "../launch/alignmentKernel";
import { userDataFolder } from "../launch/kernelSpec";

/** The user's own Jupyter folder, or a prefix such as a virtual environment. */
export type Place = "user" | { prefix: string };

/** `bin/` of this package: the command, and the logos beside it. */
const logos = path.join(__dirname, "..", "..", "..", "bin", "kernelspec");

/** Where the kernel is registered at that place, whether it is or not. */
export function kernelSpecFolder(where: Place): string {
  const data =
    where === "user" ? userDataFolder(process.env) : path.join(path.resolve(where.prefix), "share", "jupyter");
  return path.join(data, "kernels", alignmentKernel().name);
}

/**
 * Registers the kernel, in place of an older registration: readers see the old folder or the whole new one.
 * @throws CourseError `kernel` where the folder cannot be written
 */
export function installKernelSpec({ where }: { where: Place }): { folder: string } {
  const folder = kernelSpecFolder(where);
  const { name, displayName, argv, interruptMode } = alignmentKernel();
  const spec = { argv, display_name: displayName, language: "typescript", interrupt_mode: interruptMode };
  const metadata = { debugger: false };
  const partial = path.join(path.dirname(folder), `.${name}.${process.pid}.partial`);
  try {
    mkdirSync(partial, { recursive: true });
    cpSync(logos, partial, { recursive: true });
    writeFileSync(path.join(partial, "kernel.json"), `${JSON.stringify({ ...spec, metadata }, null, 2)}\n`);
    rmSync(folder, { recursive: true, force: true });
    renameSync(partial, folder);
  } catch (cause) {
    if (existsSync(partial)) rmSync(partial, { recursive: true });
    const message = `align kernel: ${folder} cannot be written: ${messageOf(cause)}; choose another place with --prefix`;
    throw new CourseError("kernel", message, { cause });
  }
  return { folder };
}

/** @returns the folder and whether there was anything to remove */
export function uninstallKernelSpec({ where }: { where: Place }): { folder: string; removed: boolean } {
  const folder = kernelSpecFolder(where);
  const removed = existsSync(folder);
  rmSync(folder, { recursive: true, force: true });
  return { folder, removed };
}
