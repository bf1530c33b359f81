/** pip inside the virtual environment: what it does in short, all of it in a log, and its failures in one line. */
import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { CourseError } from "../errors";
import { writeAtomically } from "../writeAtomically";
import { runShown, type Show } from "./process";

export const hasPip = (python: string): boolean =>
  spawnSync(python, ["-m", "pip", "--version"], { timeout: 60_000, windowsHide: true }).status === 0;

/** What pip says when it cannot reach the index; one that knows no version at all of a package is none, or a mirror's error. */
const networkError =
  /Name or service not known|nodename nor servname|getaddrinfo failed|Temporary failure in name|NewConnectionError|Failed to establish|ConnectTimeout|Connection (refused|reset|aborted)|timed out|Network is unreachable|ProxyError|from versions: none/i;

/**
 * @param log the file that keeps everything pip said
 * @throws CourseError `jupyter`; what is half installed then is finished by the next call
 */
export async function installRequirements(
  python: string,
  requirements: string,
  log: string,
  show: Show,
): Promise<void> {
  show.step("installing JupyterLab into it from PyPI: about 100 packages, 60 MB, a minute or so");
  const said: string[] = [];
  let [packages, skipped] = [0, 0];
  const pins = (await readFile(requirements, "utf8")).split("\n").filter((line) => line.includes("==")).length;
  const quiet = ["--disable-pip-version-check", "--no-input", "--progress-bar", "off"];
  const args = ["-m", "pip", "install", ...quiet, "--requirement", requirements];
  const { code, tail } = await runShown(python, args, (line) => {
    said.push(line);
    const name = /^Collecting (\S+?)(?:==|$)/.exec(line)?.[1];
    if (line.startsWith("Ignoring ")) skipped++; // a pin for other systems or Pythons
    if (name !== undefined) show.detail(`${++packages} of ${pins - skipped} packages: ${name}`);
    if (line.startsWith("Installing collected")) show.detail(`writing ${packages} packages`);
  });
  await writeAtomically(log, `${said.join("\n")}\n`);
  if (code === 0) return;
  throw new CourseError("jupyter", `align lab: ${describeFailure(said, tail)}; all of what pip said is in ${log}`);
}

function describeFailure(said: string[], tail: string[]): string {
  if (said.some((line) => networkError.test(line))) {
    return "pip cannot reach PyPI; get a network (or set PIP_INDEX_URL, PIP_PROXY), and call it again: it goes on where it stopped";
  }
  if (said.some((line) => /No space left on device/i.test(line))) return "the disk is full; it takes about 400 MB";
  const reason = tail.filter((line) => line.startsWith("ERROR:")).at(-1) ?? tail.at(-1) ?? "it said nothing";
  return `pip could not install jupyter/requirements.txt: ${reason.replace(/^ERROR: */, "")}`;
}
