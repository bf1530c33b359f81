/** How much a message matters: a note explains what looks odd and is right, a warning asks to look. */
export type WarningLevel = "note" | "warning";

/**
 * The one channel for what a run has to say about itself: each message once, kept in order for `run.warnings`. Warnings
 * also go to stderr as they arise; notes only where progress is shown.
 */
export class Warnings {
  private readonly said = new Map<string, string>();

  constructor(
    private readonly method: string,
    private readonly showNotes: boolean,
    private readonly write: (text: string) => void = (text) => void process.stderr.write(text),
  ) {}

  /** @param code names the kind of message: only the first of each kind is kept */
  add(code: string, text: string, level: WarningLevel = "warning"): void {
    if (this.said.has(code)) return;
    this.said.set(code, text);
    if (level === "warning" || this.showNotes) this.write(`${this.method} ${level}: ${text}\n`);
  }

  /** Shown where progress is, and kept nowhere: about this process, not about the run, whose record is the same without. */
  note(text: string): void {
    if (this.showNotes) this.write(`${this.method} note: ${text}\n`);
  }

  /** Code and text of each, for a checkpoint. */
  entries(): [string, string][] {
    return [...this.said];
  }

  /** What was said before a checkpoint is not said again. */
  restore(entries: readonly (readonly [string, string])[]): void {
    this.said.clear();
    for (const [code, text] of entries) this.said.set(code, text);
  }

  texts(): string[] {
    return [...this.said.values()];
  }
}
