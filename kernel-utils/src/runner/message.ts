/** Messages of the Jupyter protocol 5.3 as they cross a ZeroMQ socket: [identities…, delimiter, signature, 4 × JSON]. */
import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import { CourseError } from "../errors";

export interface Header {
  msg_id: string;
  session: string;
  username: string;
  date: string;
  msg_type: string;
  version: string;
}

export interface Message {
  header: Header;
  parent_header: Partial<Header>;
  metadata: Record<string, unknown>;
  content: Record<string, unknown>;
}

const delimiter = "<IDS|MSG>";

export function createMessage(session: string, type: string, content: Message["content"], metadata = {}): Message {
  const identity = { msg_id: randomUUID(), session, username: "align", date: new Date().toISOString() };
  return { header: { ...identity, msg_type: type, version: "5.3" }, parent_header: {}, metadata, content };
}

export function encode({ header, parent_header, metadata, content }: Message, key: string): (string | Buffer)[] {
  const parts = [header, parent_header, metadata, content].map((part) => Buffer.from(JSON.stringify(part)));
  return [delimiter, sign(parts, key), ...parts];
}

/** @throws CourseError `kernel` when the message was not signed with our key */
export function decode(frames: Buffer[], key: string): Message {
  const start = frames.findIndex((frame) => frame.toString("latin1") === delimiter);
  const [signature, ...parts] = frames.slice(start + 1);
  const expected = Buffer.from(sign(parts.slice(0, 4), key));
  if (start < 0 || parts.length < 4 || !isSame(signature, expected)) {
    throw new CourseError("kernel", "align run: a message on the kernel's sockets has no valid signature; ignored");
  }
  const [header, parent_header, metadata, content] = parts.slice(0, 4).map((part) => JSON.parse(part.toString("utf8")));
  return { header, parent_header, metadata, content };
}

function sign(parts: Buffer[], key: string): string {
  const hmac = createHmac("sha256", key);
  for (const part of parts) hmac.update(part);
  return hmac.digest("hex");
}

const isSame = (left: Buffer, right: Buffer): boolean => left.length === right.length && timingSafeEqual(left, right);
