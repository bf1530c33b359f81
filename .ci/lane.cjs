/** One lane: a shell command in a process group of its own, with its output in a file and a limit to its time. */
const { spawn } = require("node:child_process");
const fs = require("node:fs");

/** What a proof exits with where a download was impossible (scripts/backends/steps.cjs): the only reason to go without it. */
const unreachable = 75;

/** How long a group may take to end by itself after SIGTERM before it is killed. */
const graceSeconds = 10;

const running = new Set();

/** Every process of a lane that still runs, and their children: nothing outlives the run. */
function killAll(signal = "SIGKILL") {
  for (const pid of running) killGroup(pid, signal);
}

/** @returns whether the group still had a process */
function killGroup(pid, signal) {
  try {
    process.kill(-pid, signal);
    return true;
  } catch {
    return false;
  }
}

/**
 * @param {{ command: string, env?: Record<string, string>, limitMinutes: number, maySkip?: boolean }} lane
 * @param {{ cwd: string, log: string }} where the folder it runs in; the file that its stdout and stderr go to, in order
 * @returns {Promise<{ status: "ok" | "failed" | "skipped", why: string, seconds: number }>}
 */
function runLane({ command, env = {}, limitMinutes, maySkip = false }, { cwd, log }) {
  const started = Date.now();
  const output = fs.openSync(log, "w");
  return new Promise((resolve) => {
    const child = spawn("bash", ["-euo", "pipefail", "-c", command], {
      ...{ cwd, detached: true, env: { ...process.env, ...env }, stdio: ["ignore", output, output] },
    });
    let late = false;
    let kill;
    const limit = setTimeout(() => {
      late = true;
      killGroup(child.pid, "SIGTERM");
      kill = setTimeout(() => killGroup(child.pid, "SIGKILL"), graceSeconds * 1000);
    }, limitMinutes * 60_000);
    const ended = (code, signal, error) => {
      clearTimeout(limit);
      clearTimeout(kill);
      running.delete(child.pid);
      const left = child.pid !== undefined && killGroup(child.pid, "SIGKILL");
      if (left && !late) fs.writeSync(output, "\n(processes it left behind were killed)\n");
      fs.closeSync(output);
      const skipped = maySkip && code === unreachable;
      const status = !late && code === 0 ? "ok" : skipped ? "skipped" : "failed";
      const failure = late ? `past its limit of ${limitMinutes} min` : (error?.message ?? `exit ${code ?? signal}`);
      const why = skipped ? "a download was impossible" : failure;
      resolve({ status, why: status === "ok" ? "" : why, seconds: (Date.now() - started) / 1000 });
    };
    if (child.pid !== undefined) running.add(child.pid);
    child.once("error", (error) => ended(null, null, error));
    child.once("exit", (code, signal) => ended(code, signal));
  });
}

module.exports = { killAll, runLane };
