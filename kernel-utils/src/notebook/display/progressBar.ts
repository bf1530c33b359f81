import { type DisplayTarget, displayHost } from "./host";

export interface ProgressBar {
  /** Sets how much is done; `note` is shown beside it (a loss, a count). */
  update(done: number, note?: string): void;
  finish(note?: string): void;
}

let bars = 0;

/** A bar that fills in place: one display area in a notebook, one line of stderr on a terminal, nothing elsewhere. */
export function progressBar(label: string, total: number): ProgressBar {
  const show = painter(`progress-${process.pid}-${bars++}`);
  const started = Date.now();
  let painted = Number.NEGATIVE_INFINITY;
  const paint = (done: number, note: string, final: boolean) => {
    // Four times a second is as fast as anyone reads, and keeps messages out of training's way.
    if (!final && Date.now() - painted < 250) return;
    painted = Date.now();
    show(barText(label, done / total, (Date.now() - started) / 1000, note), final);
  };
  return {
    update: (done, note = "") => paint(Math.min(done, total), note, false),
    finish: (note = "") => paint(total, note, true),
  };
}

function barText(label: string, share: number, seconds: number, note: string): string {
  const width = 24;
  const full = Math.round(width * Math.max(0, Math.min(1, share)));
  const bar = "█".repeat(full) + "░".repeat(width - full);
  return `${label} ${bar} ${Math.round(100 * share)} % · ${seconds.toFixed(1)} s${note ? ` · ${note}` : ""}`;
}

function painter(id: string): (text: string, final: boolean) => void {
  const target: DisplayTarget = { id, update: false };
  return (text, final) => {
    const host = displayHost();
    if (host.kind === "kernel") {
      host.publish({ "text/plain": text }, { ...target });
      target.update = true;
    } else if (process.stderr.isTTY) process.stderr.write(`\r\u001b[2K${text}${final ? "\n" : ""}`);
  };
}
