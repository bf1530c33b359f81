import { escapeHtml } from "./escape";
import { type DisplayHost, type DisplayTarget, displayHost, type MimeBundle } from "./host";
import { counted } from "./rich/counted";

export interface ProgressBar {
  /** Sets how much is done; `note` is shown beside it (a loss, a count). */
  update(done: number, note?: string): void;
  /** All is done. What stays says so in a few words, the same on every machine: no times. */
  finish(note?: string): void;
  /** It ends here, before all is done. */
  stop(): void;
}

export interface ProgressBarOptions {
  /** What is counted, one of them. Default "step". */
  unit?: string;
}

/** A state of the bar. */
interface Progress {
  label: string;
  done: number;
  total: number;
  note: string;
  seconds: number;
}

/**
 * Three messages a second and the last one: as fast as anyone reads, never more than four within a second, and out of
 * training's way.
 */
const pauseMs = 334;

let bars = 0;

/**
 * A bar that fills in place: one display area in a notebook, one line of stderr on a terminal, nothing elsewhere. Where
 * a notebook cannot change what it has shown, the end is all it shows.
 */
export function progressBar(label: string, total: number, { unit = "step" }: ProgressBarOptions = {}): ProgressBar {
  const paint = painter(`progress-${process.pid}-${bars++}`);
  const started = Date.now();
  let [painted, done, isOver] = [Number.NEGATIVE_INFINITY, 0, false];
  const end = (text: string): void => {
    if (isOver) return;
    isOver = true;
    paint({ "text/plain": text }, true);
  };
  return {
    update(now, note = "") {
      done = Math.max(0, Math.min(now, total));
      if (isOver || Date.now() - painted < pauseMs) return;
      painted = Date.now();
      paint(runningBundle({ label, done, total, note, seconds: (painted - started) / 1000 }), false);
    },
    finish: (note = "") => end(`${label}: ${counted(total, unit)}${note ? ` · ${note}` : ""}`),
    stop: () => end(`${label}: stopped after ${done.toLocaleString("en")} of ${counted(total, unit)}`),
  };
}

function runningBundle({ label, done, total, note, seconds }: Progress): MimeBundle {
  const percent = `${total > 0 ? Math.round((100 * done) / total) : 100} %`;
  const beside = [percent, `${seconds.toFixed(1)} s`, ...(note ? [note] : [])].join(" · ");
  const bar = `<progress max="${total}" value="${done}">${percent}</progress>`;
  return {
    "text/html": `<div><label>${escapeHtml(label)} ${bar}</label> ${escapeHtml(beside)}</div>`,
    "text/plain": `${label} ${blocks(total > 0 ? done / total : 1)} ${beside}`,
  };
}

const width = 24;

function blocks(share: number): string {
  const full = Math.round(width * share);
  return "█".repeat(full) + "░".repeat(width - full);
}

function painter(id: string): (bundle: MimeBundle, isLast: boolean) => void {
  const target: DisplayTarget = { id, update: false };
  return (bundle, isLast) => {
    const host = displayHost();
    if (host.kind === "kernel") paintIn(host, bundle, target, isLast);
    else if (process.stderr.isTTY) process.stderr.write(`\r\u001b[2K${bundle["text/plain"]}${isLast ? "\n" : ""}`);
  };
}

function paintIn(host: DisplayHost, bundle: MimeBundle, target: DisplayTarget, isLast: boolean): void {
  if (host.canUpdate === false) {
    if (isLast) host.publish(bundle);
    return;
  }
  host.publish(bundle, { ...target });
  target.update = true;
}
