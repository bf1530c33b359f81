import { setTimeout as sleep } from "node:timers/promises";
import type { Cell } from "../notebook/source/format";
import { firstOf } from "./firstOf";
import type { Ending } from "./judge";
import type { ExecuteReply } from "./kernelClient";
import type { KernelLink } from "./kernelLink";

export interface CellRun {
  ending: Ending;
  executionCount: number | null;
}

/** tslab drops what arrives within 200 ms of a failure (meant for cells that were queued behind the failing one). */
const pauseAfterFailureMs = 250;

/** After the kernel's death: what it printed just before may still be on its way through the socket. */
const lastWordsMs = 400;

/** Runs one cell to its end, whatever that is; the kernel may be gone afterwards. */
export async function runCell(
  link: KernelLink,
  cell: Cell,
  timeoutSeconds: number,
  graceSeconds: number,
): Promise<CellRun> {
  link.current = cell.id;
  const execution = execute(link, cell);
  const outcome = await firstOf([execution, link.death], timeoutSeconds);
  if (outcome === "died") {
    await sleep(lastWordsMs);
    return { ending: link.obituary, executionCount: null };
  }
  if (outcome !== "late") {
    const death = link.deathBy(cell.id);
    return death ? { ending: death, executionCount: outcome.executionCount } : replied(link, cell, outcome);
  }
  await link.interrupt();
  const answer = await firstOf([execution, link.death], graceSeconds);
  const obeyed = answer !== "late" && answer !== "died";
  if (!obeyed) link.process.kill();
  const executionCount = obeyed ? answer.executionCount : null;
  return { ending: { kind: "timed-out", seconds: timeoutSeconds, obeyed }, executionCount };
}

/** Sends the cell until the kernel takes it: an aborted request was dropped, its cell has not run. */
async function execute(link: KernelLink, cell: Cell): Promise<ExecuteReply> {
  for (;;) {
    const reply = await link.execute(cell.source, cell.id);
    // A rejection nobody awaits is announced after the reply; the answer to this question comes after both.
    await link.quiet();
    if (reply.status === "ok") return reply;
    if (!link.spec.reports) await sleep(pauseAfterFailureMs);
    if (!reply.status.startsWith("abort")) return reply;
  }
}

function replied(link: KernelLink, cell: Cell, { status, executionCount }: ExecuteReply): CellRun {
  const printed = link.outputs
    .of(cell.id)
    .map((output) => (output.output_type === "stream" && output.name === "stderr" ? output.text : ""));
  const lastWords = printed.join("").trim().split("\n").at(-1) ?? "";
  return { ending: { kind: "replied", status, lastWords }, executionCount };
}
