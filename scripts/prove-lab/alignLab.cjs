/** `align lab` as a process: started in a folder, read line by line, ended as a terminal's Ctrl-C would. */
const { spawn } = require("node:child_process");
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

/** The processes below this one whose command line names the folder: JupyterLab and its kernels. */
function processesOf(folder) {
  const { execFileSync } = require("node:child_process");
  const lines = execFileSync("ps", ["-A", "-ww", "-o", "pid=,args="], { encoding: "utf8" }).split("\n");
  return lines.filter((line) => line.includes(folder) && !line.includes("ps -A"));
}

module.exports = { processesOf, startLab };
