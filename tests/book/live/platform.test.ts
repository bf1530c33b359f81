/** What stands in a page for Node's modules, against Node's own. */
import * as nodeCrypto from "node:crypto";
import fc from "fast-check";
import { createHash, randomUUID } from "../../../book/live/platform/crypto";
import { clearImmediate, setImmediate as soon } from "../../../book/live/platform/setImmediate";

const hashed = (data: Uint8Array | string): string => nodeCrypto.createHash("sha256").update(data).digest("hex");

describe("SHA-256", () => {
  it("is FIPS 180-4's for its own example, abc", () => {
    expect(createHash("sha256").update("abc").digest("hex")).toBe(
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    );
  });

  it("is Node's for any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (data) => {
        expect(createHash("sha256").update(data).digest("hex")).toBe(hashed(data));
      }),
    );
  });

  it.each([55, 56, 63, 64, 119, 120])("is Node's at %i bytes, where the padding takes another block", (length) => {
    const data = new Uint8Array(length).fill(7);
    expect(createHash("sha256").update(data).digest("hex")).toBe(hashed(data));
  });

  it("takes a message in pieces, and text as UTF-8", () => {
    expect(createHash("sha256").update("π_").update("ref").digest("base64")).toBe(
      nodeCrypto.createHash("sha256").update("π_ref").digest("base64"),
    );
  });

  it("is the only one", () => {
    expect(() => createHash("md5")).toThrow("md5 is not available in a page, only sha256");
  });
});

it("identifiers are random ones of RFC 9562, each another", () => {
  const many = Array.from({ length: 50 }, randomUUID);
  for (const one of many) expect(one).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(new Set(many).size).toBe(50);
});

it("setImmediate calls in order, after what is waiting, and not what was taken back", async () => {
  const order: string[] = [];
  soon((name: string) => order.push(name), "first");
  clearImmediate(soon(() => order.push("never")));
  const last = new Promise<void>((resolve) => soon(resolve));
  Promise.resolve().then(() => order.push("microtask"));
  await last;
  expect(order).toEqual(["microtask", "first"]);
});
