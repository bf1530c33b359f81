/** The Python that makes the virtual environment: found on the PATH, recent enough, and able to make one. */
import { spawnSync } from "node:child_process";
import { CourseError } from "../errors";

export interface Python {
  /** The command, with the arguments that choose a version (`py -3`). */
  command: string[];
  version: string;
}

/** What JupyterLab 4.5 needs. */
const leastMinor = 9;

const minors = [14, 13, 12, 11, 10, 9];

/** Where the default is too old, a newer one is often installed beside it under its full name. */
const candidates: string[][] = [
  ...(process.platform === "win32" ? [["py", "-3"], ["python"]] : []),
  ["python3"],
  ["python"],
  ...minors.map((minor) => [`python3.${minor}`]),
];

const waysToPython: Partial<Record<NodeJS.Platform, string>> = {
  linux: "sudo apt-get install python3 python3-venv (Debian, Ubuntu), or sudo dnf install python3 (Fedora)",
  darwin: "brew install python, or the installer of https://www.python.org/downloads",
  win32: "winget install Python.Python.3.13, or the installer of https://www.python.org/downloads",
};

export const wayToPython = (): string => waysToPython[process.platform] ?? "https://www.python.org/downloads";

/** @returns the version that the command names, undefined where it cannot be run or is no Python */
export function versionOf([command, ...args]: string[]): string | undefined {
  const options = { encoding: "utf8", timeout: 20_000, windowsHide: true } as const;
  const { status, stdout, stderr } = spawnSync(command, [...args, "--version"], options);
  // Python 2 writes its version to stderr.
  return status === 0 ? /^Python (\d+\.\d+\S*)/m.exec(`${stdout}\n${stderr}`)?.[1] : undefined;
}

export function isRecent(version: string): boolean {
  const [major, minor] = version.split(".").map((part) => Number.parseInt(part, 10));
  return major > 3 || (major === 3 && minor >= leastMinor);
}

/** Debian and Ubuntu split these two off; without them `python -m venv` leaves half an environment behind. */
const makesEnvironments = ([command, ...args]: string[]): boolean =>
  spawnSync(command, [...args, "-c", "import venv, ensurepip"], { timeout: 20_000, windowsHide: true }).status === 0;

/** @throws CourseError `jupyter` that says what is missing, and how to get it on this platform */
export function findPython(): Python {
  const found = candidates.flatMap((command) => {
    const version = versionOf(command);
    return version === undefined ? [] : [{ command, version }];
  });
  const recent = found.filter(({ version }) => isRecent(version));
  const able = recent.find(({ command }) => makesEnvironments(command));
  if (able !== undefined) return able;
  throw new CourseError("jupyter", `align lab: ${whatIsMissing(found, recent)}`);
}

const describe = ({ command, version }: Python): string => `${command.join(" ")} is ${version}`;

function whatIsMissing(found: Python[], recent: Python[]): string {
  if (found.length === 0)
    return `no Python on the PATH, and JupyterLab needs 3.${leastMinor} or newer; ${wayToPython()}`;
  if (recent.length === 0) {
    return `JupyterLab needs Python 3.${leastMinor} or newer, but ${found.map(describe).join(", ")}; ${wayToPython()}`;
  }
  const [{ command, version }] = recent;
  const minor = version.split(".").slice(0, 2).join(".");
  const way =
    process.platform === "linux"
      ? `sudo apt-get install python3-venv (or python${minor}-venv), where that is Debian or Ubuntu`
      : `install Python again: ${wayToPython()}`;
  return `${command.join(" ")} (${version}) cannot make virtual environments: its venv or ensurepip is missing; ${way}`;
}
