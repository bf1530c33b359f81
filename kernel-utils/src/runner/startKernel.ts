import { CourseError } from "../errors";
import { createConnectionFile, type KernelSpec } from "../kernel";
import { firstOf } from "./firstOf";
import { KernelLink } from "./kernelLink";

/** How often another program may take a port between our choosing it and the kernel's binding it. */
const attempts = 4;

/**
 * Starts a kernel in `folder` and waits until it can run cells.
 * @throws CourseError `kernel` with what the process said, when it does not come up
 */
export async function startKernel(
  spec: KernelSpec,
  folder: string,
  startSeconds: number,
  signal?: AbortSignal,
): Promise<KernelLink> {
  for (let attempt = 1; ; attempt++) {
    const { link, outcome } = await startOnce(spec, folder, startSeconds, signal);
    const problem = problemOf(link, outcome, startSeconds);
    if (problem === undefined) return link;
    await link.close();
    if (outcome !== "EADDRINUSE" || attempt === attempts) throw new CourseError("kernel", problem);
  }
}

async function startOnce(spec: KernelSpec, folder: string, startSeconds: number, signal?: AbortSignal) {
  const connection = await createConnectionFile();
  try {
    const link = new KernelLink(spec, connection, folder);
    killOnAbort(link, signal);
    const outcome = await firstOf([link.ready(), link.death, startError(link)], startSeconds);
    const isTaken = outcome === "died" && /EADDRINUSE|Address already in use/.test(link.process.tail);
    return { link, outcome: isTaken ? "EADDRINUSE" : outcome };
  } finally {
    await connection.remove(); // the kernel has read it, and it holds the key
  }
}

function killOnAbort(link: KernelLink, signal?: AbortSignal): void {
  const kill = (): void => link.process.kill();
  signal?.addEventListener("abort", kill);
  if (signal?.aborted) kill();
  void link.death.then(() => signal?.removeEventListener("abort", kill));
}

function problemOf(link: KernelLink, outcome: string, startSeconds: number): string | undefined {
  const said = link.process.tail === "" ? "" : `; it said: ${link.process.tail.split("\n").slice(-3).join(" | ")}`;
  switch (outcome) {
    case "ready":
      if (link.isProbed || link.spec.name !== "tslab") return undefined;
      return `the kernel runs without its probe, so errors could be lost; run \`npm install\` and \`npm run build\`${said}`;
    case "died":
      return `the kernel ended while it started: ${link.causeOfDeath}`;
    case "EADDRINUSE":
      return `other programs took the kernel's ports ${attempts} times in a row; run again`;
    case "late":
      return `the kernel did not answer within ${startSeconds} s of its start${said}`;
    default:
      return `the kernel failed while it started: ${outcome}`;
  }
}

/**
 * The kernel does not end when it fails to start: it announces the error and waits for ever. EBUSY is no failure: our
 * knock came while it still bound another socket, and the next knock will be answered.
 */
function startError(link: KernelLink): Promise<string> {
  return new Promise((resolve) => {
    link.onStartError = ({ code, name, message }) => {
      if (code !== "EBUSY") resolve(code === "EADDRINUSE" ? code : `${name}: ${message}`);
    };
  });
}
