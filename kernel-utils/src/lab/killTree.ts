import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** Kills a process and everything it started, also what has a process group of its own, as Jupyter's kernels have. */
export function killTree(pid: number): void {
  if (process.platform === "win32") {
    spawnSync("taskkill", ["/PID", String(pid), "/T", "/F"], { windowsHide: true });
    return;
  }
  for (const one of [pid, ...descendants(pid, parents())]) {
    try {
      process.kill(one, "SIGKILL");
    } catch {
      // it has left by itself
    }
  }
}

/** Every process with its parent. */
type Parents = [child: number, parent: number][];

/** Small Linux images have no `ps`, other systems no /proc. */
const parents = (): Parents => (process.platform === "linux" ? parentsInProc() : parentsByPs());

function parentsInProc(): Parents {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name): Parents => {
      try {
        // "pid (name) state parent …", and a name may hold anything, brackets too.
        const fields = readFileSync(`/proc/${name}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
        return [[Number(name), Number(fields[1])]];
      } catch {
        return []; // it ended while we looked
      }
    });
}

function parentsByPs(): Parents {
  const { stdout } = spawnSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" });
  const rows = (stdout ?? "").trim().split("\n");
  return rows.map((row) => row.trim().split(/\s+/).map(Number) as [number, number]);
}

function descendants(pid: number, all: Parents): number[] {
  const children = all.filter(([, parent]) => parent === pid).map(([child]) => child);
  return children.flatMap((child) => [child, ...descendants(child, all)]);
}
