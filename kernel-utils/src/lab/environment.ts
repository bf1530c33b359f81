/**
 * The project's virtual environment with JupyterLab in it. It may be there already, with other things in it
 * (`align accelerate` puts its library there): what is there stays, what is missing or half done is made good.
 */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { CourseError } from "../errors";
import { writeAtomically } from "../writeAtomically";
import { withLock } from "./lock";
import { hasPip, installRequirements } from "./pip";
import type { Show } from "./process";
import { runShown } from "./process";
import { findPython, isRecent, versionOf, wayToPython } from "./python";

/** Shared with `align accelerate`. */
const environmentFolder = ".venv";

export interface Environment {
  folder: string;
  python: string;
  /** False when everything was there. */
  wasInstalled: boolean;
}

const pythonIn = (environment: string): string =>
  path.join(environment, ...(process.platform === "win32" ? ["Scripts", "python.exe"] : ["bin", "python"]));

/** Written last, so its presence says that everything before it was done. */
const markerIn = (environment: string): string => path.join(environment, "jupyterlab-of-the-course.json");

/**
 * @param project the course's folder
 * @throws CourseError `jupyter` in one line: no Python, no venv module, PyPI out of reach …
 */
export async function prepareEnvironment(project: string, show: Show): Promise<Environment> {
  const folder = path.join(project, environmentFolder);
  const python = pythonIn(folder);
  const requirements = path.join(project, "jupyter", "requirements.txt");
  if (isComplete(folder, requirements)) return { folder, python, wasInstalled: false };
  return withLock(path.join(project, ".cache", "lab", "installing.pid"), async () => {
    await makeUsable(folder, show);
    const marker = markerOf(folder, requirements);
    rmSync(markerIn(folder), { force: true });
    await installRequirements(python, requirements, path.join(project, ".cache", "lab", "install.log"), show);
    await writeAtomically(markerIn(folder), marker);
    return { folder, python, wasInstalled: true };
  });
}

/** What was installed, and for which Python: another one of either makes it out of date. */
function markerOf(folder: string, requirements: string): string {
  const digest = createHash("sha256").update(readRequirements(requirements)).digest("hex");
  return `${JSON.stringify({ requirements: digest, python: versionOf([pythonIn(folder)]) ?? "none" })}\n`;
}

function readRequirements(file: string): string {
  try {
    return readFileSync(file, "utf8").replaceAll("\r\n", "\n");
  } catch {
    throw new CourseError("bad-file", `align lab: ${file} cannot be read; restore it with git checkout`);
  }
}

function isComplete(folder: string, requirements: string): boolean {
  if (!existsSync(markerIn(folder)) || !existsSync(pythonIn(folder))) return false;
  return readFileSync(markerIn(folder), "utf8") === markerOf(folder, requirements);
}

/** Makes the environment, or mends one without pip or without a Python; `venv` leaves installed packages alone. */
async function makeUsable(folder: string, show: Show): Promise<void> {
  const version = existsSync(pythonIn(folder)) ? versionOf([pythonIn(folder)]) : undefined;
  if (version !== undefined && !isRecent(version)) {
    const way = `remove that folder, and have a newer Python on the PATH: ${wayToPython()}`;
    throw new CourseError("jupyter", `align lab: ${folder} holds Python ${version}, JupyterLab needs 3.9; ${way}`);
  }
  if (version !== undefined && hasPip(pythonIn(folder))) return;
  const { command, version: found } = findPython();
  const [program, ...args] = command;
  show.step(`${existsSync(folder) ? "mending" : "making"} the virtual environment ${folder} with Python ${found}`);
  const { code, tail } = await runShown(program, [...args, "-m", "venv", folder], () => {});
  if (code === 0 && hasPip(pythonIn(folder))) return;
  const reason = tail.at(-1) ?? `it has no pip afterwards`;
  throw new CourseError(
    "jupyter",
    `align lab: ${command.join(" ")} -m venv ${folder} failed: ${reason}; ${wayToPython()}`,
  );
}
