import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import * as path from "node:path";
import { CourseError } from "../../errors";

/** SciPy's own build of OpenBLAS, chosen for its processors (DYNAMIC_ARCH), platforms and upkeep; BSD licence, 8 to 25 MB. */
const wheel = "scipy-openblas32==0.3.34.481.3";

/** How else to get a library; each line is a command. */
export const otherWays: Partial<Record<NodeJS.Platform, string>> = {
  linux: "apt-get install libopenblas0-pthread (Debian, Ubuntu), or dnf install openblas-threads (Fedora)",
  darwin: "nothing: Accelerate is part of macOS",
  win32: "pip install mkl, and put its Library\\bin on the PATH",
};

/** Runs a program with its output passed on line by line; gives its exit code. */
function run(command: string, args: string[], show: (line: string) => void): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        for (const line of text.split("\n").filter(Boolean)) show(line);
      });
    }
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
}

const works = (python: string): boolean =>
  spawnSync(python, ["-c", "import sys; sys.exit(sys.version_info < (3, 9))"], { stdio: "ignore" }).status === 0;

const wayOut = (): string =>
  `otherwise: ${otherWays[process.platform] ?? "install OpenBLAS and set ALIGN_BLAS to its file"}`;

/** The interpreter of the virtual environment, which is made first where there is none. */
async function environmentPython(environment: string, show: (line: string) => void): Promise<string> {
  const binary = path.join(
    environment,
    ...(process.platform === "win32" ? ["Scripts", "python.exe"] : ["bin", "python"]),
  );
  if (existsSync(binary)) return binary;
  const python = ["python3", "python", "py"].find(works);
  if (!python) {
    throw new CourseError(
      "backend",
      `align accelerate: no Python 3.9 or later on the PATH; install one, or ${wayOut()}`,
    );
  }
  show(`making the virtual environment ${environment}`);
  if ((await run(python, ["-m", "venv", environment], show)) === 0) return binary;
  throw new CourseError(
    "backend",
    `align accelerate: ${python} -m venv failed (Debian: apt-get install python3-venv); ${wayOut()}`,
  );
}

/** Installs SciPy's OpenBLAS into a virtual environment; touches nothing outside it. */
export async function installWheel(environment: string, show: (line: string) => void): Promise<void> {
  const python = await environmentPython(environment, show);
  const args = ["-m", "pip", "install", "--disable-pip-version-check", "--no-deps", "--only-binary=:all:", wheel];
  if ((await run(python, args, show)) === 0) return;
  throw new CourseError(
    "backend",
    `align accelerate: pip could not install ${wheel}; see its lines above; ${wayOut()}`,
  );
}
