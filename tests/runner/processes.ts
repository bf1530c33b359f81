import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { temporaryFolder } from "./fixtures";

/** A notebook whose second cell writes the kernel's process id to a file and then blocks the kernel for ever. */
export function blockingNotebook(): { notebook: string; folder: string; kernelPid(): Promise<number> } {
  const folder = temporaryFolder();
  const file = path.join(folder, "pid");
  const write = `import { writeFileSync } from "node:fs";\nwriteFileSync(${JSON.stringify(file)}, String(process.pid));`;
  const sources = { before: 'console.log("ran");', blocks: `${write}\nawait null;\nwhile (true);` };
  const cells = Object.entries(sources).map(([id, source]) => ({
    ...{ cell_type: "code", id, metadata: {}, execution_count: null, outputs: [], source },
  }));
  const metadata = { kernelspec: { display_name: "TypeScript", language: "typescript", name: "tslab" } };
  const notebook = path.join(folder, "blocks.ipynb");
  writeFileSync(notebook, JSON.stringify({ cells, metadata, nbformat: 4, nbformat_minor: 5 }));
  const kernelPid = async (): Promise<number> => {
    await until(() => existsSync(file) && readFileSync(file, "utf8") !== "");
    return Number(readFileSync(file, "utf8"));
  };
  return { notebook, folder, kernelPid };
}

/** False for a zombie too: it has ended, merely nobody has asked for its exit code. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    const state = existsSync("/proc/self/stat") ? readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1] : "R";
    return !state.startsWith("Z");
  } catch {
    return false;
  }
}

export async function until(condition: () => boolean, seconds = 60): Promise<void> {
  for (const end = Date.now() + seconds * 1000; !condition(); ) {
    if (Date.now() > end) throw new Error(`nothing happened within ${seconds} s`);
    await sleep(30);
  }
}
