/** The disk in memory against the real one: the same calls, the same answers, the same failures. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { Disk } from "../../../book/live/platform/disk";
import pageFs, { promises } from "../../../book/live/platform/fs";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const codeOf = (act: () => unknown): string => {
  try {
    act();
    return "none";
  } catch (error) {
    return String((error as { code?: string }).code);
  }
};

describe("the disk of a page", () => {
  let real: string;
  beforeAll(() => {
    real = fs.mkdtempSync(path.join(os.tmpdir(), "live-disk-"));
    for (const folder of [real, "/twin"]) {
      const disk = folder === real ? fs : pageFs;
      disk.mkdirSync(folder, { recursive: true });
      disk.mkdirSync(`${folder}/a/b`, { recursive: true });
      disk.writeFileSync(`${folder}/a/b/file.txt`, "héllo");
      disk.writeFileSync(`${folder}/a/other`, "x");
    }
  });
  afterAll(() => fs.rmSync(real, { recursive: true }));

  it.each<[string, (fs: typeof pageFs, folder: string) => unknown]>([
    ["text", (disk, at) => disk.readFileSync(`${at}/a/b/file.txt`, "utf8")],
    ["bytes", (disk, at) => [...disk.readFileSync(`${at}/a/b/file.txt`)]],
    ["names in order", (disk, at) => disk.readdirSync(`${at}/a`)],
    ["what is there", (disk, at) => [`${at}/a`, `${at}/a/other`, `${at}/none`].map(disk.existsSync)],
    [
      "sizes and kinds",
      (disk, at) =>
        [`${at}/a`, `${at}/a/b/file.txt`].map((name) => [
          disk.statSync(name).isFile(),
          disk.statSync(name).isDirectory(),
        ]),
    ],
    ["the size in bytes", (disk, at) => disk.statSync(`${at}/a/b/file.txt`).size],
  ])("gives %s as Node does", (_, ask) => {
    expect(ask(pageFs, "/twin")).toEqual(ask(fs as unknown as typeof pageFs, real));
  });

  it.each<[string, (fs: typeof pageFs, folder: string) => unknown]>([
    ["a file that is not there", (disk, at) => disk.readFileSync(`${at}/none`)],
    ["a folder read as a file", (disk, at) => disk.readFileSync(`${at}/a`)],
    ["a file listed as a folder", (disk, at) => disk.readdirSync(`${at}/a/other`)],
    ["writing below no folder", (disk, at) => disk.writeFileSync(`${at}/none/file`, "x")],
    ["making a folder twice", (disk, at) => disk.mkdirSync(`${at}/a`)],
    ["moving onto a full folder", (disk, at) => disk.renameSync(`${at}/a/b`, `${at}/a`)],
    ["removing what is not there", (disk, at) => disk.rmSync(`${at}/none`)],
  ])("fails as Node does for %s", (_, act) => {
    const expected = codeOf(() => act(fs as unknown as typeof pageFs, real));
    expect(expected).toMatch(/^E/);
    // Linux says EINVAL where a folder would move into itself, and "not empty" elsewhere.
    expect([codeOf(() => act(pageFs, "/twin"))]).toEqual([expected.replace("EINVAL", "ENOTEMPTY")]);
  });

  it("moves a folder with all that is in it, in place of nothing or of a file", () => {
    const disk = new Disk();
    disk.put("/from/deep/file", bytes("content"));
    disk.rename("/from", "/to");
    expect(disk.exists("/from")).toBe(false);
    expect(disk.read("/to/deep/file")).toEqual(bytes("content"));
    disk.put("/one", bytes("1"));
    disk.put("/two", bytes("2"));
    disk.rename("/one", "/two");
    expect(disk.read("/two")).toEqual(bytes("1"));
  });

  it("fetches a file that is somewhere else once, when it is first read", () => {
    const disk = new Disk();
    let fetched = 0;
    disk.putElsewhere("/models/weights", 3, () => {
      fetched += 1;
      return bytes("abc");
    });
    expect([disk.exists("/models/weights"), disk.stat("/models/weights").size, fetched]).toEqual([true, 3, 0]);
    expect([disk.read("/models/weights"), disk.read("/models/weights"), fetched]).toEqual([
      bytes("abc"),
      bytes("abc"),
      1,
    ]);
  });

  it("opens files as the library's writers do: exclusively, piece by piece, at a place", async () => {
    await promises.mkdir("/run", { recursive: true });
    const handle = await promises.open("/run/log", "wx");
    await handle.writeFile("one ");
    await handle.write("two");
    await expect(promises.open("/run/log", "wx")).rejects.toMatchObject({ code: "EEXIST" });
    const into = new Uint8Array(3);
    expect(await handle.read(into, 0, 3, 4)).toEqual({ bytesRead: 3 });
    expect(into).toEqual(bytes("two"));
    await handle.truncate(3);
    expect(await promises.readFile("/run/log", "utf8")).toBe("one");
  });
});
