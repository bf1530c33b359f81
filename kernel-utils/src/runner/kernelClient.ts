/** The other end of a kernel's sockets: sends requests, matches replies to them, passes outputs on. */
import { randomUUID } from "node:crypto";
import type { Dealer, Subscriber } from "zeromq";
import {
  type ConnectionInfo,
  createMessage,
  decode,
  encode,
  type Message,
  type Pending as PendingWork,
  type RequestNote,
} from "../kernel";

export interface ExecuteReply {
  /** `ok`, `error`, or `abort`/`aborted`: the kernel dropped the request without running it. */
  status: string;
  executionCount: number | null;
}

interface Pending {
  reply?: Message;
  isIdle: boolean;
  resolve(reply: Message): void;
}

type OnOutput = (cellId: string, message: Message) => void;

/** Between two attempts to hear a kernel that is starting. */
const knockIntervalMs = 500;

export class KernelClient {
  private readonly session = randomUUID();
  private readonly pending = new Map<string, Pending>();
  /** Cell of each execute request: outputs name the request they answer, also when they come late. */
  private readonly cells = new Map<string, string>();
  private hasHeardOutput = false;
  private sending: Promise<void> = Promise.resolve();

  private constructor(
    private readonly info: ConnectionInfo,
    private readonly shell: Dealer,
    private readonly control: Dealer,
    private readonly iopub: Subscriber,
    private readonly onOutput: OnOutput,
  ) {
    void this.listen(shell, (message) => this.onReply(message));
    void this.listen(control, (message) => this.onReply(message));
    void this.listen(iopub, (message) => this.onPublished(message));
  }

  /** Returns at once; ZeroMQ connects as soon as the kernel listens. */
  static async connect(info: ConnectionInfo, onOutput: OnOutput): Promise<KernelClient> {
    const zeromq = await import("zeromq"); // a native addon: loaded when a notebook runs, not with the library
    const [shell, control] = [new zeromq.Dealer({ linger: 0 }), new zeromq.Dealer({ linger: 0 })];
    const iopub = new zeromq.Subscriber({ linger: 0, receiveHighWaterMark: 0 });
    const address = (port: number): string => `${info.transport}://${info.ip}:${port}`;
    iopub.connect(address(info.iopub_port));
    iopub.subscribe();
    shell.connect(address(info.shell_port));
    control.connect(address(info.control_port));
    return new KernelClient(info, shell, control, iopub, onOutput);
  }

  /** Resolves when the kernel answers *and* its publications arrive: a late subscriber would miss the first outputs. */
  async ready(): Promise<void> {
    while (!this.shell.closed) {
      // Not until idle: whether publications can be heard yet is what is to be found out.
      const answered = this.request(this.shell, createMessage(this.session, "kernel_info_request", {}), true).then(
        () => true,
      );
      const isAnswered = await Promise.race([answered, elapsed(knockIntervalMs)]);
      if (isAnswered === true && this.hasHeardOutput) return;
    }
    await new Promise(() => {}); // given up: somebody else has said why
  }

  /** Resolves when the cell has been answered and the kernel is idle again, so all its outputs have arrived. */
  async execute(code: string, cellId: string): Promise<ExecuteReply> {
    const flags = { silent: false, store_history: true, allow_stdin: false, stop_on_error: true };
    const content = { code, ...flags, user_expressions: {} };
    const message = createMessage(this.session, "execute_request", content, {
      cellId,
      alignment: { cell: cellId, judged: true } satisfies RequestNote,
    });
    this.cells.set(message.header.msg_id, cellId);
    const reply = await this.request(this.shell, message, false);
    const count = reply.content.execution_count;
    return { status: String(reply.content.status), executionCount: typeof count === "number" ? count : null };
  }

  /** What may still happen, asked of our own kernel; everything up to now has been heard then. */
  async quiet(): Promise<PendingWork> {
    const { content } = await this.request(this.control, createMessage(this.session, "align_quiet_request", {}), false);
    return content as unknown as PendingWork;
  }

  interrupt(): void {
    void this.send(this.control, createMessage(this.session, "interrupt_request", {}));
  }

  shutdown(): void {
    void this.send(this.control, createMessage(this.session, "shutdown_request", { restart: false }));
  }

  close(): void {
    for (const socket of [this.shell, this.control, this.iopub]) socket.close();
  }

  /** @param isIdle true: do not wait until the kernel publishes that it is idle again */
  private request(socket: Dealer, message: Message, isIdle: boolean): Promise<Message> {
    return new Promise((resolve, reject) => {
      this.pending.set(message.header.msg_id, { isIdle, resolve });
      this.send(socket, message).catch(reject);
    });
  }

  private send(socket: Dealer, message: Message): Promise<void> {
    const frames = encode(message, this.info.key);
    this.sending = this.sending.then(() => (socket.closed ? undefined : socket.send(frames)));
    return this.sending;
  }

  private async listen(socket: Dealer | Subscriber, handle: (message: Message) => void): Promise<void> {
    try {
      for await (const frames of socket) {
        const message = this.read(frames);
        if (message !== undefined) handle(message);
      }
    } catch (error) {
      if (!socket.closed) throw error;
    }
  }

  private read(frames: Buffer[]): Message | undefined {
    try {
      return decode(frames, this.info.key);
    } catch {
      return undefined; // not signed with our key: not from our kernel
    }
  }

  private onReply(message: Message): void {
    const pending = this.pending.get(message.parent_header.msg_id ?? "");
    if (pending === undefined) return;
    pending.reply = message;
    this.settle(message);
  }

  private onPublished(message: Message): void {
    this.hasHeardOutput = true;
    const request = message.parent_header.msg_id ?? "";
    const cell = this.cells.get(request);
    if (message.header.msg_type !== "status") {
      if (cell !== undefined) this.onOutput(cell, message);
      return;
    }
    const pending = this.pending.get(request);
    if (pending === undefined || message.content.execution_state !== "idle") return;
    pending.isIdle = true;
    this.settle(message);
  }

  private settle({ parent_header }: Message): void {
    const id = parent_header.msg_id ?? "";
    const pending = this.pending.get(id);
    if (pending?.reply === undefined || !pending.isIdle) return;
    this.pending.delete(id);
    pending.resolve(pending.reply);
  }
}

const elapsed = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
