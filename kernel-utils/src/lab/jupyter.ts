/** Which JupyterLab is started: the project's own, or one that is on the PATH. */
import { spawnSync } from "node:child_process";
import { CourseError, shown } from "../errors";
import type { Environment } from "./environment";

export interface Jupyter {
  /** The command that starts JupyterLab, before its options. */
  command: string[];
  version: string;
  /** Where it comes from, for people. */
  from: string;
}

const least = 4;

/** @throws CourseError `jupyter` when the installed one does not start */
export function projectJupyter({ python, folder }: Environment): Jupyter {
  const command = [python, "-m", "jupyterlab"];
  const { version, said } = ask(command);
  if (version !== undefined) return { command, version, from: folder };
  const way = `remove ${folder}, and call npm run lab again`;
  throw new CourseError("jupyter", `align lab: the JupyterLab in ${folder} does not start: ${said}; ${way}`);
}

/** @throws CourseError `jupyter` when there is none on the PATH, or one before version 4 */
export function existingJupyter(): Jupyter {
  const command = ["jupyter", "lab"];
  const { version, said } = ask(command);
  const way = "without --use-existing, align lab installs its own";
  if (version === undefined) {
    throw new CourseError("jupyter", `align lab: no JupyterLab on the PATH (jupyter lab --version: ${said}); ${way}`);
  }
  if (Number.parseInt(version, 10) >= least) return { command, version, from: "the PATH" };
  throw new CourseError(
    "jupyter",
    `align lab: the JupyterLab on the PATH is ${version}, the course needs ${least}; ${way}`,
  );
}

function ask([program, ...args]: string[]): { version?: string; said: string } {
  const options = { encoding: "utf8", timeout: 180_000, windowsHide: true } as const; // minutes on a loaded machine
  const { status, error, stdout, stderr } = spawnSync(program, [...args, "--version"], options);
  if (error !== undefined) return { said: error.message };
  const version = status === 0 ? /^\d+\.\d+\S*$/m.exec(stdout.trim())?.[0] : undefined;
  return { version, said: shown(`${stdout}${stderr}`.trim().split("\n").at(-1)) };
}
