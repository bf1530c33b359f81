import { spawnSync } from "node:child_process";

/** Kills a process and everything it started, also what has a process group of its own, as Jupyter's kernels have. */
export function killTree(pid: number): void {
  if (process.platform === "win32") {
    spawnSync("taskkill", ["/PID", String(pid), "/T", "/F"], { windowsHide: true });
    return;
  }
  for (const one of [pid, ...descendants(pid)]) {
    try {
      process.kill(one, "SIGKILL");
    } catch {
      // it has left by itself
    }
  }
}

function descendants(pid: number): number[] {
  const { stdout } = spawnSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" });
  const rows = (stdout ?? "")
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number));
  const found: number[] = [];
  const visit = (parent: number): void => {
    for (const [child] of rows.filter(([, of]) => of === parent)) {
      found.push(child);
      visit(child);
    }
  };
  visit(pid);
  return found;
}
