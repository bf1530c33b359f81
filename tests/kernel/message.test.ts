import { createHmac } from "node:crypto";
import { createMessage, decode, encode } from "../../kernel-utils/src/kernel/message";

const key = "a0436f6c-1916-498b-8eb9-e81ab9368e84";
const sent = createMessage("session-1", "execute_request", { code: "1 + 1" }, { cellId: "sum" });

it("signs the four parts in order with HMAC-SHA256 in hexadecimal, as the protocol says", () => {
  const [delimiter, signature, ...parts] = encode(sent, key);
  expect(delimiter).toBe("<IDS|MSG>");
  const names = ["header", "parent_header", "metadata", "content"] as const;
  expect(parts.map(String)).toEqual(names.map((name) => JSON.stringify(sent[name])));
  expect(signature).toBe(createHmac("sha256", key).update(parts.map(String).join("")).digest("hex"));
});

it("reads what it wrote, behind any number of routing identities and before extra buffers", () => {
  const frames = encode(sent, key).map((frame) => Buffer.from(frame));
  expect(decode(frames, key)).toEqual(sent);
  const route = Buffer.from("route");
  expect(decode([route, ...frames, Buffer.from("buffer")], key)).toEqual({ ...sent, identities: [route] });
});

it.each([
  ["another key", (frames: Buffer[]) => decode(frames, "other")],
  ["a changed part", (frames: Buffer[]) => decode([...frames.slice(0, 5), Buffer.from('{"code":"2"}')], key)],
  ["a missing part", (frames: Buffer[]) => decode(frames.slice(0, 5), key)],
  ["no signature", (frames: Buffer[]) => decode([frames[0], Buffer.from(""), ...frames.slice(2)], key)],
  ["no delimiter", (frames: Buffer[]) => decode(frames.slice(1), key)],
])("refuses %s", (_, read) => {
  expect(() => read(encode(sent, key).map((frame) => Buffer.from(frame)))).toThrow(/no valid signature/);
});
