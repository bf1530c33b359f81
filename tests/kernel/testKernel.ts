/** A kernel started as front ends start it, and the other end of its sockets. Needs the built package. */
import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Dealer, Subscriber } from "zeromq";
import {
  alignmentKernel,
  type ConnectionFile,
  createConnectionFile,
  createMessage,
  decode,
  encode,
  type Message,
} from "../../kernel-utils/src/kernel";

type Content = Record<string, unknown>;

export interface Run {
  reply: Content;
  /** What was published for this request, without statuses and the echo of the input. */
  messages: Message[];
  /** All of it. */
  all: Message[];
}

jest.setTimeout(90_000); // a busy machine is no failure

const started: TestKernel[] = [];
afterAll(() => Promise.all(started.map((kernel) => kernel.stop())));

export class TestKernel {
  readonly published: Message[] = [];
  private readonly session = randomUUID();
  private readonly replies: Message[] = [];
  stderr = "";
  /** Answers questions on stdin; without it they stay open. */
  onInput: ((content: Content) => string) | undefined;

  private constructor(
    readonly child: ChildProcess,
    readonly connection: ConnectionFile,
    readonly shell: Dealer,
    readonly control: Dealer,
    private readonly stdin: Dealer,
    private readonly iopub: Subscriber,
  ) {
    child.stderr?.setEncoding("utf8").on("data", (text) => (this.stderr += text));
    void this.listen(shell, (message) => this.replies.push(message));
    void this.listen(control, (message) => this.replies.push(message));
    void this.listen(iopub, (message) => this.published.push(message));
    void this.listen(stdin, (message) => {
      if (this.onInput) void this.send(stdin, "input_reply", { value: this.onInput(message.content) });
    });
  }

  /** @param folder the notebook's @param wrapper a program that starts the kernel, for a parent of its own */
  static async start(folder: string, wrapper: string[] = []): Promise<TestKernel> {
    for (let attempt = 1; ; attempt++) {
      const kernel = await TestKernel.startOnce(folder, wrapper);
      if (kernel.child.exitCode === null) return kernel;
      const isTaken = /Address already in use/.test(kernel.stderr); // by another program, since the port was found free
      if (!isTaken || attempt === 4) throw new Error(`the kernel ended while it started: ${kernel.stderr}`);
    }
  }

  private static async startOnce(folder: string, wrapper: string[]): Promise<TestKernel> {
    const { Dealer, Subscriber } = await import("zeromq");
    const connection = await createConnectionFile();
    const argv = alignmentKernel().argv.map((one) => one.replace("{connection_file}", connection.file));
    const [command, ...args] = [...wrapper, ...argv];
    const child = spawn(command, args, { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
    const { info } = connection;
    const address = (port: number) => `tcp://${info.ip}:${port}`;
    const routingId = randomUUID(); // one client, one identity, or questions on stdin would find nobody
    const dealer = (port: number) => {
      const socket = new Dealer({ linger: 0, routingId });
      socket.connect(address(port));
      return socket;
    };
    const iopub = new Subscriber({ linger: 0 });
    iopub.connect(address(info.iopub_port));
    iopub.subscribe();
    const sockets = [info.shell_port, info.control_port, info.stdin_port].map(dealer);
    const kernel = new TestKernel(child, connection, sockets[0], sockets[1], sockets[2], iopub);
    started.push(kernel);
    while (kernel.published.length === 0 && child.exitCode === null) {
      await kernel.send(kernel.shell, "kernel_info_request", {});
      await sleep(200);
    }
    return kernel;
  }

  /** Sends a request and waits for its reply and for the kernel to be idle again. */
  async request(
    type: string,
    content: Content = {},
    channel: "shell" | "control" = "shell",
    metadata = {},
  ): Promise<Run> {
    const id = await this.send(this[channel], type, content, metadata);
    return this.answer(id);
  }

  async answer(id: string): Promise<Run> {
    const isAnswer = ({ parent_header }: Message) => parent_header.msg_id === id;
    const isIdle = (message: Message) => isAnswer(message) && message.content.execution_state === "idle";
    await until(() => this.replies.some(isAnswer) && this.published.some(isIdle)).catch((error: Error) => {
      const seen = [...this.replies, ...this.published].filter(isAnswer).map(({ header }) => header.msg_type);
      throw new Error(`${error.message}; heard so far: ${seen.join(", ")}; ${this.stderr}`);
    });
    const all = this.published.filter(isAnswer);
    const messages = all.filter(({ header }) => header.msg_type !== "status" && header.msg_type !== "execute_input");
    return { reply: this.replies.find(isAnswer)!.content, messages, all };
  }

  execute = (code: string, more: Content = {}, metadata = {}): Promise<Run> =>
    this.request("execute_request", executeContent(code, more), "shell", metadata);

  /** Without waiting. @returns the request's id */
  start = (code: string, more: Content = {}): Promise<string> =>
    this.send(this.shell, "execute_request", executeContent(code, more));

  async send(socket: Dealer, type: string, content: Content, metadata = {}): Promise<string> {
    const message = createMessage(this.session, type, content, metadata);
    await socket.send(encode(message, this.connection.info.key));
    return message.header.msg_id;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const ended = new Promise((resolve) => this.child.once("exit", resolve));
      await this.send(this.control, "shutdown_request", { restart: false });
      await Promise.race([ended, sleep(3000, undefined, { ref: false })]);
      this.child.kill("SIGKILL");
    }
    for (const socket of [this.shell, this.control, this.stdin, this.iopub]) socket.close();
    await this.connection.remove();
  }

  private async listen(socket: Dealer | Subscriber, handle: (message: Message) => void): Promise<void> {
    try {
      for await (const frames of socket) handle(decode(frames as Buffer[], this.connection.info.key));
    } catch (error) {
      if (!socket.closed) throw error;
    }
  }
}

const executeContent = (code: string, more: Content): Content => ({
  ...{ code, silent: false, store_history: true, allow_stdin: true, stop_on_error: true, user_expressions: {} },
  ...more,
});

export async function until(condition: () => boolean, seconds = 60): Promise<void> {
  for (const end = Date.now() + seconds * 1000; !condition(); ) {
    if (Date.now() > end) throw new Error(`nothing happened within ${seconds} s`);
    await sleep(20);
  }
}

/** What was printed to a stream. */
export const printed = ({ messages }: Pick<Run, "messages">, name = "stdout"): string =>
  messages.flatMap(({ content }) => (content.name === name ? [String(content.text)] : [])).join("");

/** The traceback of the first error, without colours. */
export function traceback({ messages }: Pick<Run, "messages">): string {
  const error = messages.find(({ header }) => header.msg_type === "error");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what is looked for
  return ((error?.content.traceback ?? []) as string[]).join("\n").replace(/\u001b\[\d+m/g, "");
}

export const resultOf = ({ messages }: Pick<Run, "messages">): Content | undefined =>
  messages.find(({ header }) => header.msg_type === "execute_result")?.content.data as Content | undefined;

export const typesOf = ({ messages }: Pick<Run, "messages">): string[] => messages.map(({ header }) => header.msg_type);
