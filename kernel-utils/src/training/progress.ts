/** One line on stderr: redrawn on a terminal, repeated at most every five seconds elsewhere. */
export class ProgressLine {
  private readonly started = performance.now();
  private lastShown = 0;

  constructor(
    private readonly method: string,
    private readonly steps: number,
    private readonly enabled: boolean,
    private readonly stream: Pick<NodeJS.WriteStream, "isTTY" | "write"> = process.stderr,
  ) {}

  update(step: number, loss: number): void {
    const now = performance.now();
    const isDue = step === this.steps || now - this.lastShown > (this.stream.isTTY ? 100 : 5000);
    if (!this.enabled || !isDue) return;
    this.lastShown = now;
    const elapsed = (now - this.started) / 1000;
    const left = (elapsed / step) * (this.steps - step);
    const line = `${this.method} step ${step}/${this.steps}  loss ${loss.toFixed(4)}  ${left.toFixed(0)} s left`;
    this.stream.write(this.stream.isTTY ? `\r\x1b[K${line}` : `${line}\n`);
  }

  end(): void {
    if (this.enabled && this.stream.isTTY) this.stream.write("\n");
  }
}
