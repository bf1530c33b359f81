import { mkdirSync } from "node:fs";
import path from "node:path";
import { ownKernel } from "../kernel";
import { writeAtomically } from "../writeAtomically";

/** Where a prefix keeps what Jupyter looks for, kernels among it. */
export const dataFolder = (prefix: string): string => path.join(prefix, "share", "jupyter");

/** Registers the course's kernel under a prefix, a virtual environment for instance; gives the name and the folder. */
export async function registerKernel(prefix: string): Promise<{ name: string; folder: string }> {
  const { name, argv } = ownKernel();
  const folder = path.join(dataFolder(prefix), "kernels", name);
  mkdirSync(folder, { recursive: true });
  const spec = { argv, display_name: "TypeScript", language: "typescript" };
  await writeAtomically(path.join(folder, "kernel.json"), `${JSON.stringify(spec, null, 2)}\n`);
  return { name, folder };
}
