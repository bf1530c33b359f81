/** The five sockets of a kernel. */
import type { Publisher, Reply, Router } from "zeromq";
import type { ConnectionInfo } from "../launch/connection";
import { decode, encode, type Message } from "../message";

export type Channel = "shell" | "control" | "stdin";

export class Sockets {
  private readonly last = new Map<object, Promise<void>>();

  private constructor(
    private readonly key: string,
    private readonly routers: Record<Channel, Router>,
    private readonly iopub: Publisher,
    private readonly heart: Reply,
  ) {}

  /** Hears nothing before `listen`. @throws where a port is taken */
  static async open(info: ConnectionInfo): Promise<Sockets> {
    const zeromq = await import("zeromq"); // a native addon
    const router = () =>
      new zeromq.Router({ linger: 300, handover: true, sendHighWaterMark: 0, receiveHighWaterMark: 0 });
    const routers = { shell: router(), control: router(), stdin: router() };
    const iopub = new zeromq.Publisher({ linger: 300, sendHighWaterMark: 0 }); // by default it drops what is too much
    const heart = new zeromq.Reply({ linger: 0 });
    const sockets = new Sockets(info.key, routers, iopub, heart);
    // A path in place of an address: `ipc://path-port`.
    const address = (port: number): string =>
      `${info.transport}://${info.ip}${info.transport === "tcp" ? ":" : "-"}${port}`;
    try {
      for (const channel of ["shell", "control", "stdin"] as const)
        await routers[channel].bind(address(info[`${channel}_port`]));
      await iopub.bind(address(info.iopub_port));
      await heart.bind(address(info.hb_port));
    } catch (error) {
      await sockets.close();
      throw error;
    }
    return sockets;
  }

  listen(onMessage: (channel: Channel, message: Message) => void): void {
    for (const channel of ["shell", "control", "stdin"] as const) {
      void this.hear(channel, (message) => onMessage(channel, message));
    }
    void this.beat();
  }

  send(channel: Channel, message: Message): Promise<void> {
    return this.inOrder(this.routers[channel], encode(message, this.key));
  }

  /** Tells everybody who listens. */
  publish(message: Message): Promise<void> {
    const topic = [Buffer.from(message.header.msg_type)];
    return this.inOrder(this.iopub, encode({ ...message, identities: topic }, this.key));
  }

  /** When everything that was to be sent has been handed over. */
  async close(): Promise<void> {
    await Promise.all(this.last.values());
    for (const socket of [...Object.values(this.routers), this.iopub, this.heart]) socket.close();
  }

  /** A socket refuses a second message while the first waits. */
  private inOrder(socket: Router | Publisher, frames: (string | Buffer)[]): Promise<void> {
    const send = async (): Promise<void> => {
      try {
        if (!socket.closed) await socket.send(frames);
      } catch (error) {
        process.stderr.write(`align kernel: a message could not be sent: ${String(error)}\n`);
      }
    };
    const sent = (this.last.get(socket) ?? Promise.resolve()).then(send);
    this.last.set(socket, sent);
    return sent;
  }

  private async hear(channel: Channel, handle: (message: Message) => void): Promise<void> {
    const socket = this.routers[channel];
    while (!socket.closed) {
      try {
        const frames = await socket.receive();
        handle(decode(frames, this.key));
      } catch (error) {
        if (!socket.closed) process.stderr.write(`align kernel: ${channel}: ${String(error)}\n`);
      }
    }
  }

  /** Echoes, so that front ends know we are alive. */
  private async beat(): Promise<void> {
    while (!this.heart.closed) {
      try {
        await this.heart.send(await this.heart.receive());
      } catch {
        // closed meanwhile
      }
    }
  }
}
