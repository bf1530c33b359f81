/** Joins what a cell prints within a moment into one message: a front end draws each message anew. */
import type { Cell } from "./cell";

const momentMs = 15;
const longest = 65_536;

type Publish = (cell: Cell, name: string, text: string) => void;

export class JoinedStreams {
  private waiting: { cell: Cell; name: string; text: string } | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly publish: Publish) {}

  add(cell: Cell, name: string, text: string): void {
    if (this.waiting && (this.waiting.cell !== cell || this.waiting.name !== name)) this.flush();
    this.waiting = { cell, name, text: (this.waiting?.text ?? "") + text };
    if (this.waiting.text.length > longest) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), momentMs);
  }

  /** Before anything else is published: order is kept. */
  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const { waiting } = this;
    this.waiting = undefined;
    if (waiting) this.publish(waiting.cell, waiting.name, waiting.text);
  }
}
