/** `align lab` as a process: started in a folder, read line by line, ended as a terminal's Ctrl-C would. */
const { execFileSync, spawn } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const { Failure, root, unreachable } = require("../backends/steps.cjs");

const command = path.join(root, "kernel-utils", "bin", "align.js");

/** Starts it and waits for the address. @returns what it said, its address and how to end it */
async function startLab(project, args, env) {
  const started = Date.now();
  const child = spawn(process.execPath, [command, "lab", "--no-browser", ...args], {
    cwd: project,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const killed = () => child.kill("SIGTERM");
  process.once("exit", killed);
  let said = "";
  const exited = new Promise((resolve) => child.once("close", resolve)).finally(() => process.off("exit", killed));
  const address = await new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        said += text;
        const url = /http:\/\/127\.0\.0\.1:\d+\S+/.exec(said)?.[0];
        if (url && said.includes("Ctrl-C")) resolve(url);
      });
    }
    exited.then((code) => {
      const impossible = /cannot reach PyPI/.test(said);
      reject(new Failure(`align lab ended (exit ${code}): ${said.trim()}`, impossible ? unreachable : 1));
    });
  });
  return {
    address,
    seconds: (Date.now() - started) / 1000,
    said: () => said,
    /** Ctrl-C; gives the exit code. */
    async end() {
      child.kill("SIGINT");
      return exited;
    },
  };
}

/** The command lines of running processes that name the folder: JupyterLab and its kernels. */
function processesOf(folder) {
  const lines = process.platform === "linux" ? commandLinesInProc() : commandLinesByPs();
  return lines.filter((line) => line.includes(folder) && !line.includes("ps -A"));
}

/** Small images have no `ps`. */
function commandLinesInProc() {
  const processes = fs.readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return processes.map((name) => {
    try {
      return fs.readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ");
    } catch {
      return ""; // it has ended
    }
  });
}

const commandLinesByPs = () => execFileSync("ps", ["-A", "-ww", "-o", "args="], { encoding: "utf8" }).split("\n");

module.exports = { processesOf, startLab };
