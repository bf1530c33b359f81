/** What of the course's machinery is present on this machine, each with the way to get it where it is not. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { messageOf } from "../errors";
import { probeFile } from "./launch/kernelProcess";
import { registeredKernels } from "./launch/kernelSpec";

export interface Finding {
  name: string;
  isFound: boolean;
  /** Version and place, or why it is missing. */
  detail: string;
  /** How to get it; absent when it is there. */
  remedy?: string;
}

export function inspectMachine(): Finding[] {
  return [node(), ...["tslab", "zeromq", "typescript"].map(installed), ...built(), jupyter(), kernels()];
}

/** `require` of ES modules without a flag, which arquero needs, came with 20.19 and 22.12. */
function node(): Finding {
  const [major, minor] = process.versions.node.split(".").map(Number);
  const isFound = major >= 23 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19);
  const finding = { name: "Node", isFound, detail: `${process.version} (${process.execPath})` };
  return isFound ? finding : { ...finding, remedy: "install Node 20.19 or later (of 22: 22.12 or later)" };
}

/** Loads the package, because a native addon may be installed and still not fit this machine. */
function installed(name: string): Finding {
  try {
    const manifest = require.resolve(`${name}/package.json`);
    if (name === "zeromq") require(name);
    return { name, isFound: true, detail: `${require(manifest).version} (${path.dirname(manifest)})` };
  } catch (error) {
    const detail = messageOf(error).slice(0, 200);
    return { name, isFound: false, detail, remedy: "run `npm install` in the project's folder" };
  }
}

function built(): Finding[] {
  const dist = path.join(__dirname, "..", "..", "dist");
  const files: Record<string, string> = {
    "tensor kernels": path.join(dist, "kernels.wasm"),
    kernel: path.join(dist, "kernel", "execute", "index.js"),
    "kernel probe": probeFile,
    "plotting asset": path.join(dist, "assets", "plotly.min.js"),
  };
  return Object.entries(files).map(([name, file]) =>
    existsSync(file)
      ? { name, isFound: true, detail: file }
      : { name, isFound: false, detail: `${file} is not there`, remedy: "run `npm run build`" },
  );
}

function jupyter(): Finding {
  const { stdout, error } = spawnSync("jupyter", ["--version"], { encoding: "utf8", timeout: 20_000 });
  const versions = (stdout ?? "")
    .split("\n")
    .flatMap((line) => /^(jupyterlab|jupyter_core)\s*: *(\d\S*)/.exec(line) ?? []);
  if (versions.length > 0)
    return { name: "Jupyter", isFound: true, detail: versions.filter((_, i) => i % 3 === 0).join(", ") };
  const detail = error === undefined ? "`jupyter --version` names no version" : "no command `jupyter` on the PATH";
  const remedy = "only needed to study in the browser: install Python, then `pip install jupyterlab`";
  return { name: "Jupyter", isFound: false, detail, remedy };
}

function kernels(): Finding {
  const found = registeredKernels().map(({ name, folder }) => `${name} (${folder})`);
  const isFound = found.some((kernel) => kernel.startsWith("alignment "));
  const detail = found.length === 0 ? "none" : found.join(", ");
  const finding = { name: "Jupyter's kernels", isFound, detail };
  return isFound
    ? finding
    : { ...finding, remedy: "only needed in Jupyter and VS Code: `npx align kernel install` registers ours" };
}
