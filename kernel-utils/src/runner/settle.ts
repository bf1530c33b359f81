import { setTimeout as sleep } from "node:timers/promises";
import { firstOf } from "./firstOf";
import type { Ending } from "./judge";
import type { KernelLink } from "./kernelLink";

export interface Settled {
  /** The cell whose code went wrong after the last cell, and how. */
  fault?: { cell: string; ending: Ending };
  warning?: string;
}

/**
 * After the last cell: waits until the one-shot timers that cells have started have fired (at most `timeoutSeconds`), so
 * that no error can hide behind the end of the notebook. Repeating timers and open requests get `othersSeconds`.
 */
export async function settle(link: KernelLink, timeoutSeconds: number, othersSeconds: number): Promise<Settled> {
  const started = Date.now();
  let othersSince: number | undefined;
  for (;;) {
    const left = timeoutSeconds - (Date.now() - started) / 1000;
    const state = await firstOf([link.quiet(), link.death], Math.max(left, 1));
    if (state === "died") return { fault: { cell: link.blamed, ending: { ...link.obituary, afterLastCell: true } } };
    if (state === "late") return blocked(link, timeoutSeconds);
    const { deadly } = link;
    if (deadly !== undefined)
      return { fault: { cell: deadly, ending: { ...link.deathBy(deadly)!, afterLastCell: true } } };
    if (state === undefined) return {}; // no probe: nothing is known of timers
    if (state.timersDueIn !== null) {
      if (left <= 0) return { warning: `timers were still pending ${timeoutSeconds} s after the last cell` };
      await sleep(Math.min(state.timersDueIn + 10, left * 1000 + 10));
      continue;
    }
    othersSince ??= Date.now();
    if (state.otherPending === 0 || Date.now() - othersSince > othersSeconds * 1000) return {};
    await sleep(50);
  }
}

function blocked(link: KernelLink, seconds: number): Settled {
  link.process.kill();
  return { fault: { cell: link.current, ending: { kind: "timed-out", seconds, obeyed: false, afterLastCell: true } } };
}
