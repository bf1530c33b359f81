import { execFile } from "node:child_process";
import * as path from "node:path";
import { CourseError } from "../../errors";
import type { BlasLocation } from "./library";
import { blasLocations, locate } from "./locations";

/** A library that multiplied right, and what it calls itself. */
export interface FoundBlas extends BlasLocation {
  description: string;
}

/** A library that is there and cannot be used. */
export interface RefusedBlas {
  file: string;
  reason: string;
}

// The built file, also where the tests run the sources.
const checkFile = path.join(__dirname, "..", "..", "..", "dist", "tensor", "blas", "check.js");
const CHECK_SECONDS = 60;

const checked = new Map<string, Promise<FoundBlas | RefusedBlas>>();

/** Whether a library multiplies right; tried once in the life of the program. */
function checkOnce(location: BlasLocation): Promise<FoundBlas | RefusedBlas> {
  const outcome = checked.get(location.file) ?? checkBlas(location);
  checked.set(location.file, outcome);
  return outcome;
}

/** Tries a library in a process of its own: nothing it does, not even a crash, reaches this one. */
export function checkBlas(location: BlasLocation): Promise<FoundBlas | RefusedBlas> {
  const { file } = location;
  return new Promise((resolve) => {
    const options = { timeout: CHECK_SECONDS * 1000, killSignal: "SIGKILL" as const };
    execFile(process.execPath, [checkFile, JSON.stringify(location)], options, (error, stdout, stderr) => {
      if (!error) resolve({ ...location, description: stdout });
      else if (error.killed) resolve({ file, reason: `its self-check took over ${CHECK_SECONDS} s` });
      else if (error.signal) resolve({ file, reason: `its self-check crashed (${error.signal})` });
      else resolve({ file, reason: stdout || lastError(stderr) });
    });
  });
}

const lastError = (stderr: string): string =>
  /^\w*Error: (.*)$/m.exec(stderr)?.[1] ?? "its self-check ended without a word";

const isMissing = ({ reason }: RefusedBlas): boolean =>
  /cannot open shared object|no such file|not found|could not be found/i.test(reason);

export interface BlasSearch {
  found?: FoundBlas;
  /** Libraries that are there, came first, and failed. */
  refused: RefusedBlas[];
}

let automatic: Promise<BlasSearch> | undefined;

/** The best native library of this machine that passes its self-check; looked for once in the life of the program. */
export function findBlas(): Promise<BlasSearch> {
  automatic ??= search(blasLocations());
  return automatic;
}

/** Looks once more, after something was installed. */
export function searchAgain(): Promise<BlasSearch> {
  automatic = undefined;
  checked.clear();
  return findBlas();
}

/** The library in one file. */
export async function findBlasAt(file: string): Promise<FoundBlas> {
  const outcome = await checkOnce(locate(file));
  if ("description" in outcome) return outcome;
  throw new CourseError("backend", `BLAS: ${file}: ${outcome.reason}; name another library, or "off" for none`);
}

async function search(locations: BlasLocation[]): Promise<BlasSearch> {
  const refused: RefusedBlas[] = [];
  for (const location of locations) {
    const outcome = await checkOnce(location);
    if ("description" in outcome) return { found: outcome, refused };
    if (isMissing(outcome)) continue;
    refused.push(outcome);
    process.emitWarning(`native BLAS ${outcome.file} is not used: ${outcome.reason}`);
  }
  return { refused };
}
