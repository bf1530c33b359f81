/** The connection file of a Jupyter kernel: where its five sockets listen and the key that signs every message. */
import { randomBytes, randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

export interface ConnectionInfo {
  transport: "tcp";
  ip: string;
  shell_port: number;
  iopub_port: number;
  stdin_port: number;
  control_port: number;
  hb_port: number;
  key: string;
  signature_scheme: "hmac-sha256";
}

export interface ConnectionFile {
  info: ConnectionInfo;
  file: string;
  /** Removes the file and its folder; a kernel reads them only once, when it starts. */
  remove(): Promise<void>;
}

/** A connection file on free ports of this machine, in a folder of its own that only this user may read. */
export async function createConnectionFile(): Promise<ConnectionFile> {
  const [shell_port, iopub_port, stdin_port, control_port, hb_port] = await freePorts(5);
  const ports = { shell_port, iopub_port, stdin_port, control_port, hb_port };
  const key = `${randomUUID()}${randomBytes(8).toString("hex")}`;
  const info: ConnectionInfo = { transport: "tcp", ip: "127.0.0.1", ...ports, key, signature_scheme: "hmac-sha256" };
  const folder = await mkdtemp(path.join(tmpdir(), "align-kernel-")); // mode 0700
  const file = path.join(folder, "connection.json");
  await writeFile(file, JSON.stringify(info), { mode: 0o600 });
  return { info, file, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** Ports that were free a moment ago; all are held open together so that they differ. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, listen));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))));
  return ports;
}

function listen(): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => resolve(server));
  });
}
