/** The processes of this machine: who lives, whose child is whose. Small Linux images have no `ps`, other systems no /proc. */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** Every process with its parent. */
type Parents = [child: number, parent: number][];

export function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  // One that has ended stays in the list until its parent asks, which in a container may be never.
  return process.platform !== "linux" || statusOf(pid)?.state !== "Z";
}

/** Kills a process and everything it started, also what has a process group of its own, as Jupyter's kernels have. */
export function killTree(pid: number): void {
  if (process.platform === "win32") {
    spawnSync("taskkill", ["/PID", String(pid), "/T", "/F"], { windowsHide: true });
    return;
  }
  const all = process.platform === "linux" ? parentsInProc() : parentsByPs();
  for (const one of [pid, ...descendants(pid, all)]) {
    try {
      process.kill(one, "SIGKILL");
    } catch {
      // it has left by itself
    }
  }
}

function statusOf(pid: number): { state: string; parent: number } | undefined {
  try {
    // "pid (name) state parent …", and a name may hold anything, brackets too.
    const [state, parent] = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
    return { state, parent: Number(parent) };
  } catch {
    return undefined; // it ended while we looked
  }
}

function parentsInProc(): Parents {
  const pids = readdirSync("/proc").map(Number).filter(Number.isInteger);
  return pids.flatMap((pid): Parents => {
    const status = statusOf(pid);
    return status === undefined ? [] : [[pid, status.parent]];
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
