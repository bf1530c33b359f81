import { displayHost } from "../notebook/display/host";
import { type ProgressBar, progressBar } from "../notebook/display/progressBar";

/**
 * Where a run is and when it will be done: a bar in a notebook; else one line on stderr, redrawn on a terminal, repeated
 * at most every five seconds elsewhere.
 */
export class ProgressLine {
  private readonly started = performance.now();
  private lastShown = 0;
  private hasBegun = false;
  private readonly bar?: ProgressBar;

  /** @param done steps that an earlier process made: they say nothing about how fast this one is */
  constructor(
    private readonly method: string,
    private readonly steps: number,
    private readonly enabled: boolean,
    private readonly done = 0,
    private readonly stream: Pick<NodeJS.WriteStream, "isTTY" | "write"> = process.stderr,
  ) {
    if (enabled && displayHost().kind === "kernel") this.bar = progressBar(method, steps);
  }

  update(step: number, loss: number): void {
    const now = performance.now();
    // A bar takes every step and knows itself when to show one.
    const isDue = this.bar || step === this.steps || now - this.lastShown > (this.stream.isTTY ? 100 : 5000);
    if (!this.enabled || !isDue) return;
    this.hasBegun = true;
    this.lastShown = now;
    const elapsed = (now - this.started) / 1000;
    const left = (elapsed / (step - this.done)) * (this.steps - step);
    const state = `loss ${loss.toFixed(4)}  ${left.toFixed(0)} s left`;
    if (this.bar) {
      if (step === this.steps) this.bar.finish();
      else this.bar.update(step, state);
      return;
    }
    const line = `${this.method} step ${step}/${this.steps}  ${state}`;
    this.stream.write(this.stream.isTTY ? `\r\x1b[K${line}` : `${line}\n`);
  }

  /** After the last step, or where a run breaks off. */
  end(): void {
    if (this.hasBegun) this.bar?.stop(); // does nothing to a bar that has finished
    if (this.enabled && this.stream.isTTY && !this.bar) this.stream.write("\n");
  }
}
