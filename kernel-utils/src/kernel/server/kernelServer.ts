/** The kernel: hears requests on its sockets and answers each, also while a cell runs. */
import { randomUUID } from "node:crypto";
import { CompilerThread } from "../compile/compilerThread";
import type { ConnectionInfo } from "../launch/connection";
import { createAnswer, createMessage, type Message } from "../message";
import { importsOf, notebookOfSession } from "./importsOf";
import { kernelInfo } from "./kernelInfo";
import { Session } from "./session";
import { type Channel, Sockets } from "./sockets";

type Handler = (content: Record<string, unknown>, request: Message) => object | Promise<object | undefined> | undefined;

export class KernelServer {
  /** Resolves when the kernel has been shut down. */
  readonly closed: Promise<void>;
  private readonly id = randomUUID();
  private readonly compiler: CompilerThread;
  private readonly session: Session;
  private sockets!: Sockets;
  private finish!: () => void;

  private constructor(
    private readonly info: ConnectionInfo,
    folder: string,
  ) {
    this.closed = new Promise((resolve) => {
      this.finish = resolve;
    });
    this.compiler = new CompilerThread(folder);
    this.session = new Session(
      {
        publish: (request, type, content, metadata) => this.publish(request, type, content, metadata),
        reply: (request, type, content) => void this.sockets.send("shell", this.answer(request, type, content)),
        askInput: (request, prompt, password) =>
          void this.sockets.send("stdin", this.answer(request, "input_request", { prompt, password })),
      },
      this.compiler,
      folder,
    );
  }

  /** @param folder the notebook's folder @throws where a port is taken */
  static async start(info: ConnectionInfo, folder: string): Promise<KernelServer> {
    const server = new KernelServer(info, folder);
    try {
      server.sockets = await Sockets.open(info);
    } catch (error) {
      await server.release();
      throw error;
    }
    server.sockets.listen((channel, message) => void server.take(channel, message));
    void server.compiler.ask("warm", importsOf(notebookOfSession())).catch(() => {}); // a broken compiler says so at the first cell
    void server.sockets.publish(createMessage(server.id, "status", { execution_state: "starting" }));
    return server;
  }

  interrupt(): void {
    this.session.interrupt();
  }

  async close(): Promise<void> {
    await this.release();
    await this.sockets.close();
    this.finish();
  }

  private async release(): Promise<void> {
    this.compiler.close();
    await this.session.close();
  }

  private answer = (request: Message, type: string, content: object, metadata?: object): Message =>
    createAnswer(request, this.id, type, content, metadata);

  private publish(request: Message, type: string, content: object, metadata?: object): void {
    void this.sockets.publish(this.answer(request, type, content, metadata));
  }

  private async take(channel: Channel, request: Message): Promise<void> {
    const { msg_type: type } = request.header;
    if (channel === "stdin") {
      if (type === "input_reply") this.session.input(String(request.content.value ?? ""));
      return;
    }
    if (channel === "shell" && type === "execute_request") {
      this.session.execute(request);
      return;
    }
    this.publish(request, "status", { execution_state: "busy" });
    try {
      await this.handle(channel, type, request);
    } catch (error) {
      const evalue = error instanceof Error ? error.message : String(error);
      const content = { status: "error", ename: "KernelError", evalue, traceback: [] };
      await this.sockets.send(channel, this.answer(request, type.replace(/_request$/, "_reply"), content));
    }
    this.publish(request, "status", { execution_state: "idle" });
    // Front ends show the last state they hear: a running cell is not over because a completion was answered.
    const running = this.session.request;
    if (running && type !== "shutdown_request") this.publish(running, "status", { execution_state: "busy" });
    if (type === "shutdown_request") await this.close();
  }

  private async handle(channel: Channel, type: string, request: Message): Promise<void> {
    const handler = this.handlers[type];
    if (handler === undefined) {
      if (!type.startsWith("comm_"))
        process.stderr.write(`align kernel: unknown message "${type}" on ${channel}; ignored\n`);
      return;
    }
    const content = await handler(request.content, request);
    if (content === undefined) return;
    await this.sockets.send(channel, this.answer(request, type.replace(/_request$/, "_reply"), content));
  }

  private readonly handlers: Record<string, Handler> = {
    kernel_info_request: () => kernelInfo(),
    connect_request: () => {
      const { shell_port, iopub_port, stdin_port, control_port, hb_port } = this.info;
      return { status: "ok", shell_port, iopub_port, stdin_port, control_port, hb_port };
    },
    complete_request: async ({ code, cursor_pos }) => {
      const text = String(code ?? "");
      return { status: "ok", ...(await this.compiler.ask("complete", text, placeOf(text, cursor_pos))) };
    },
    inspect_request: async ({ code, cursor_pos, detail_level }) => {
      const text = String(code ?? "");
      const found = await this.compiler.ask("inspect", text, placeOf(text, cursor_pos), Number(detail_level ?? 0));
      return { status: "ok", metadata: {}, ...found };
    },
    is_complete_request: ({ code }) => this.compiler.ask("isComplete", String(code ?? "")),
    history_request: (content) => ({ status: "ok", history: this.session.history.answer(content) }),
    comm_info_request: () => ({ status: "ok", comms: {} }),
    comm_open: ({ comm_id }, request) => {
      this.publish(request, "comm_close", { comm_id, data: {} }); // no target is known here
      return undefined;
    },
    interrupt_request: () => {
      this.session.interrupt();
      return { status: "ok" };
    },
    shutdown_request: ({ restart }) => ({ status: "ok", restart: restart === true }),
    debug_request: ({ seq, command }) => ({
      ...{ type: "response", request_seq: seq, success: false, command },
      message: "this kernel has no debugger; start Node's own with the environment variable NODE_OPTIONS=--inspect",
    }),
    /** Our runner's own question: what may still happen. */
    align_quiet_request: async () => {
      const { timersDueIn, otherPending } = await this.session.quiet();
      return { status: "ok", timersDueIn, otherPending };
    },
  };
}

/** The place of the cursor; at the end where the request does not say. */
const placeOf = (code: string, cursor: unknown): number => (typeof cursor === "number" ? cursor : [...code].length);
