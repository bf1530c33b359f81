/** Which command starts a kernel: our own, tslab as it comes, or one that is registered with Jupyter on this machine. */
import { readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { CourseError, messageOf } from "../../errors";
import { alignmentKernel } from "./alignmentKernel";

export interface KernelSpec {
  name: string;
  displayName: string;
  /** Where it is registered; for our own kernel, where it is installed. */
  folder: string;
  /** The command; `{connection_file}` stands for the connection file. */
  argv: string[];
  env: Record<string, string>;
  /** How a running cell is interrupted: a signal to the process, or a message on the control socket. */
  interruptMode: "signal" | "message";
  /** It says itself what went wrong and what is pending; otherwise the probe has to find out. */
  reports?: boolean;
}

export const defaultKernel = "alignment";
const plainTslab = "tslab";

/** tslab, on which this package depends, run by the Node that runs us: the same on every machine. */
export function tslabKernel(): KernelSpec {
  const manifest = require.resolve("tslab/package.json");
  const program = path.join(path.dirname(manifest), "bin", "tslab");
  return {
    name: plainTslab,
    displayName: "TypeScript (tslab, installed with kernel-utils)",
    folder: path.dirname(manifest),
    argv: [process.execPath, program, "kernel", "--config-path", "{connection_file}"],
    env: {},
    interruptMode: "signal",
  };
}

/** Folders in which Jupyter looks for data, most important first. */
export function jupyterDataFolders(env: NodeJS.ProcessEnv = process.env): string[] {
  const prefixes = [env.VIRTUAL_ENV, env.CONDA_PREFIX].filter((prefix) => prefix !== undefined && prefix !== "");
  return [
    ...(env.JUPYTER_PATH ?? "").split(path.delimiter).filter((folder) => folder !== ""),
    env.JUPYTER_DATA_DIR || userDataFolder(env),
    ...prefixes.map((prefix) => path.join(prefix as string, "share", "jupyter")),
    ...(process.platform === "win32" ? [path.join(env.PROGRAMDATA ?? "C:\\ProgramData", "jupyter")] : []),
    "/usr/local/share/jupyter",
    "/usr/share/jupyter",
  ];
}

export function userDataFolder(env: NodeJS.ProcessEnv): string {
  if (process.platform === "darwin") return path.join(homedir(), "Library", "Jupyter");
  if (process.platform === "win32") return path.join(env.APPDATA ?? homedir(), "jupyter");
  return path.join(env.XDG_DATA_HOME || path.join(homedir(), ".local", "share"), "jupyter");
}

/** Every kernel registered with Jupyter; of two with one name, the first found counts, as in Jupyter. */
export function registeredKernels(env: NodeJS.ProcessEnv = process.env): KernelSpec[] {
  const found = new Map<string, KernelSpec>();
  for (const data of jupyterDataFolders(env)) {
    const kernels = path.join(data, "kernels");
    for (const name of foldersIn(kernels)) {
      const spec = readSpec(name.toLowerCase(), path.join(kernels, name));
      if (spec !== undefined && !found.has(spec.name)) found.set(spec.name, spec);
    }
  }
  return [...found.values()];
}

function foldersIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return []; // most of the folders do not exist
  }
}

/** @returns undefined when the folder holds no usable kernel.json: Jupyter skips such folders too */
function readSpec(name: string, folder: string): KernelSpec | undefined {
  try {
    const json = JSON.parse(readFileSync(path.join(folder, "kernel.json"), "utf8"));
    if (!Array.isArray(json.argv) || json.argv.length === 0) return undefined;
    const interruptMode = json.interrupt_mode === "message" ? "message" : "signal";
    return {
      name,
      displayName: json.display_name ?? name,
      folder,
      argv: json.argv,
      env: json.env ?? {},
      interruptMode,
    };
  } catch {
    return undefined;
  }
}

/** @throws CourseError `kernel` naming the kernels there are */
export function findKernel(name = defaultKernel, env: NodeJS.ProcessEnv = process.env): KernelSpec {
  if (name === defaultKernel) return alignmentKernel();
  if (name === plainTslab) return requireTslab();
  const registered = registeredKernels(env);
  const spec = registered.find((candidate) => candidate.name === name.toLowerCase());
  if (spec !== undefined) return spec;
  const others = registered
    .map((candidate) => candidate.name)
    .filter((other) => other !== defaultKernel && other !== plainTslab);
  const known = [`${defaultKernel} (our own)`, plainTslab, ...others].join(", ");
  throw new CourseError("kernel", `align run: no kernel "${name}" is registered with Jupyter; found: ${known}`);
}

function requireTslab(): KernelSpec {
  try {
    return tslabKernel();
  } catch (cause) {
    const message = `align run: the kernel tslab is not installed (${messageOf(cause)}); run \`npm install\``;
    throw new CourseError("kernel", message, { cause });
  }
}
