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
  /** Where it came from through a router, in front of the delimiter; a reply goes back there. */
  identities?: Buffer[];
}

const delimiter = "<IDS|MSG>";

export function createMessage(session: string, type: string, content: Message["content"], metadata = {}): Message {
  const identity = { msg_id: randomUUID(), session, username: "align", date: new Date().toISOString() };
  return { header: { ...identity, msg_type: type, version: "5.3" }, parent_header: {}, metadata, content };
}

/** An answer to a request, or something published because of it. */
export function createAnswer(request: Message, session: string, type: string, content: object, metadata = {}): Message {
  const answer = createMessage(session, type, content as Message["content"], metadata);
  return { ...answer, parent_header: request.header, identities: request.identities };
}

export function encode(message: Message, key: string): (string | Buffer)[] {
  const { header, parent_header, metadata, content, identities = [] } = message;
  const parts = [header, parent_header, metadata, content].map((part) => Buffer.from(JSON.stringify(part)));
  return [...identities, delimiter, sign(parts, key), ...parts];
}

/** @throws CourseError `kernel` when the message was not signed with our key */
export function decode(frames: Buffer[], key: string): Message {
  const start = frames.findIndex((frame) => frame.toString("latin1") === delimiter);
  const [signature, ...parts] = frames.slice(start + 1);
  const expected = Buffer.from(sign(parts.slice(0, 4), key));
  if (start < 0 || parts.length < 4 || !isSame(signature, expected)) {
    throw new CourseError("kernel", "kernel: a message on the sockets has no valid signature; ignored");
  }
  const [header, parent_header, metadata, content] = parts.slice(0, 4).map((part) => JSON.parse(part.toString("utf8")));
  const message = { header, parent_header, metadata, content };
  return start === 0 ? message : { ...message, identities: frames.slice(0, start) };
}

function sign(parts: Buffer[], key: string): string {
  if (key === "") return ""; // the connection file asks for no signatures
  const hmac = createHmac("sha256", key);
  for (const part of parts) hmac.update(part);
  return hmac.digest("hex");
}

const isSame = (left: Buffer, right: Buffer): boolean => left.length === right.length && timingSafeEqual(left, right);
