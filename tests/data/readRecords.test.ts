/** Reading records: every refusal by file and line, and everything that must not be refused. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import {
  BadRecordError,
  CourseError,
  type RecordKind,
  readDocuments,
  readRecords,
  streamRecords,
  writeDocuments,
} from "kernel-utils";

let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "records-"));
  file = path.join(folder, "records.jsonl");
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const good: Record<RecordKind, Record<string, unknown>> = {
  instruction: { prompt: "a ?", completion: "b ." },
  preference: { prompt: "a ?", chosen: "b .", rejected: "c ." },
  feedback: { prompt: "a ?", completion: "b .", label: true },
};

/** The second of three lines is the bad one. */
const writeThree = (kind: RecordKind, bad: string | Buffer): Promise<void> => {
  const line = Buffer.from(JSON.stringify(good[kind]));
  return writeFile(file, Buffer.concat([line, Buffer.from("\n"), Buffer.from(bad), Buffer.from("\n"), line]));
};

const refusal = async (kind: RecordKind): Promise<BadRecordError> => {
  const error = await readRecords(kind, file).then(
    () => null,
    (thrown) => thrown,
  );
  expect(error).toBeInstanceOf(BadRecordError);
  expect(error).toBeInstanceOf(CourseError);
  return error;
};

const changed = (kind: RecordKind, change: Record<string, unknown>) => JSON.stringify({ ...good[kind], ...change });
const chat = (role: unknown, content: unknown) => ({ role, content });

const refusals: [what: string, kind: RecordKind, line: string | Buffer, message: RegExp][] = [
  ["malformed JSON", "instruction", '{"prompt": "a ?", completion}', /malformed JSON .*completion.*; write one whole/],
  ["half an object", "instruction", '{"prompt": "a ?",', /malformed JSON/],
  ["two objects on one line", "instruction", `${JSON.stringify(good.instruction)}{}`, /malformed JSON/],
  ["a list", "instruction", "[1]", /\[1\] is no JSON object/],
  ["null", "instruction", "null", /null is no JSON object/],
  ["a bare string", "instruction", '"a"', /"a" is no JSON object/],
  ["bytes that are not UTF-8", "instruction", Buffer.from([0x7b, 0xff, 0x7d]), /is not UTF-8; save the file as UTF-8/],
  ["a missing prompt", "instruction", '{"completion":"b ."}', /"prompt" is missing \(fields here: completion\)/],
  ["a missing completion", "instruction", '{"prompt":"a ?"}', /"completion" is missing/],
  ["no field at all", "instruction", "{}", /"prompt" is missing \(fields here: none\)/],
  ["a missing chosen", "preference", '{"prompt":"a ?","rejected":"c ."}', /"chosen" is missing/],
  ["a missing rejected", "preference", '{"prompt":"a ?","chosen":"c ."}', /"rejected" is missing/],
  ["a missing label", "feedback", '{"prompt":"a ?","completion":"b ."}', /"label" is missing/],
  ["an empty prompt", "instruction", changed("instruction", { prompt: "" }), /"prompt" is empty/],
  [
    "a completion of white space",
    "instruction",
    changed("instruction", { completion: " \t" }),
    /"completion" is empty/,
  ],
  ["a prompt that is a number", "instruction", changed("instruction", { prompt: 3 }), /"prompt" is 3; write text/],
  ["a prompt that is null", "instruction", changed("instruction", { prompt: null }), /"prompt" is null/],
  ["a reply that is an object", "feedback", changed("feedback", { completion: {} }), /"completion" is \{\}/],
  ["a label in quotes", "feedback", changed("feedback", { label: "true" }), /"label" is "true"; .*unquoted/],
  ["a label that is a number", "feedback", changed("feedback", { label: 1 }), /"label" is 1/],
  [
    "chosen equal to rejected",
    "preference",
    changed("preference", { rejected: "b ." }),
    /"chosen" equals "rejected" \("b \."\)/,
  ],
  [
    "equal chats",
    "preference",
    changed("preference", { chosen: [chat("assistant", "x")], rejected: [chat("assistant", "x")] }),
    /"chosen" equals "rejected"/,
  ],
  ["a NaN margin", "preference", '{"prompt":"a","chosen":"b","rejected":"c","margin":NaN}', /NaN is no JSON number/],
  [
    "an infinite margin",
    "preference",
    '{"prompt":"a","chosen":"b","rejected":"c","margin":-Infinity}',
    /-Infinity is no JSON number/,
  ],
  [
    "a margin beyond float64",
    "preference",
    '{"prompt":"a","chosen":"b","rejected":"c","margin":1e999}',
    /"margin" is Infinity; write a finite number/,
  ],
  ["a margin in quotes", "preference", changed("preference", { margin: "0.5" }), /"margin" is "0\.5"/],
  ["a null margin", "preference", changed("preference", { margin: null }), /"margin" is null/],
  [
    "an unknown vote",
    "preference",
    changed("preference", { annotators: ["chosen", "first"] }),
    /"annotators" entry 2 is "first"/,
  ],
  ["a vote that is no text", "preference", changed("preference", { annotators: [1] }), /"annotators" entry 1 is 1/],
  ["no votes", "preference", changed("preference", { annotators: [] }), /"annotators" is \[\]/],
  ["votes that are no list", "preference", changed("preference", { annotators: "chosen" }), /"annotators" is "chosen"/],
  ["a source that is no text", "preference", changed("preference", { source: 7 }), /"source" is 7/],
  ["an empty chat", "instruction", changed("instruction", { prompt: [] }), /"prompt" is an empty list/],
  [
    "an unknown role",
    "instruction",
    changed("instruction", { prompt: [chat("human", "a")] }),
    /"prompt" message 1 has role "human"/,
  ],
  [
    "a message without a role",
    "instruction",
    changed("instruction", { prompt: [{ content: "a" }] }),
    /message 1 has role undefined/,
  ],
  [
    "a message that is null",
    "instruction",
    changed("instruction", { prompt: [null] }),
    /"prompt" message 1 has role undefined/,
  ],
  [
    "an empty message",
    "instruction",
    changed("instruction", { prompt: [chat("system", "x"), chat("user", "")] }),
    /message 2 has content ""/,
  ],
  [
    "a prompt that the assistant ends",
    "instruction",
    changed("instruction", { prompt: [chat("assistant", "a")] }),
    /"prompt" ends with .*"assistant"/,
  ],
  [
    "a reply that the user ends",
    "instruction",
    changed("instruction", { completion: [chat("user", "a")] }),
    /"completion" ends with .*"user"/,
  ],
];

describe("a bad line", () => {
  it.each(refusals)("%s is refused by file and line", async (_, kind, line, message) => {
    await writeThree(kind, line);
    const error = await refusal(kind);
    expect(error.code).toBe("bad-record");
    expect(error.message.startsWith(`${file} line 2: `)).toBe(true);
    expect(error.message).toMatch(message);
    expect(error.message).not.toContain("\n");
    expect(error.issue).toEqual({ file, line: 2, message: error.message });
    expect(error.recordsBefore).toEqual([good[kind]]);
  });

  it("does not lose the good ones when issues are collected", async () => {
    const lines = ['{"prompt":', JSON.stringify(good.feedback), "{}", JSON.stringify({ ...good.feedback, n: 2 }), "[]"];
    await writeFile(file, lines.join("\n"));
    const { records, issues } = await readRecords("feedback", file, { onBadRecord: "collect" });
    expect(records).toEqual([good.feedback, { ...good.feedback, n: 2 }]);
    expect(issues.map(({ line }) => line)).toEqual([1, 3, 5]);
    for (const { line, message } of issues) expect(message.startsWith(`${file} line ${line}: `)).toBe(true);
  });

  it("comes in its place when records are streamed", async () => {
    await writeThree("instruction", "{}");
    const seen: string[] = [];
    for await (const item of streamRecords("instruction", file)) {
      seen.push("record" in item ? `record ${item.line}` : `issue ${item.issue.line}`);
    }
    expect(seen).toEqual(["record 1", "issue 2", "record 3"]);
  });

  it("is cut short in the message when it is long", async () => {
    await writeThree("instruction", `{"prompt": ${"x".repeat(5000)}`);
    expect((await refusal("instruction")).message.length).toBeLessThan(file.length + 300);
  });
});

describe("a good file", () => {
  const readText = async (text: string, kind: RecordKind = "instruction") => {
    await writeFile(file, text);
    return readRecords(kind, file);
  };
  const line = JSON.stringify(good.instruction);

  it("may have chat messages on both sides", async () => {
    const record = {
      prompt: [chat("system", "be brief"), chat("user", "a ?")],
      chosen: [chat("assistant", "b .")],
      rejected: [chat("assistant", "c .")],
    };
    expect(await readText(JSON.stringify(record), "preference")).toEqual([record]);
  });

  it("keeps every extra field as it is", async () => {
    const record = {
      ...good.instruction,
      id: 7,
      meta: { tags: ["x", null], nested: { deep: [1.5] } },
      note: "ä\u2028ö",
    };
    expect(await readText(JSON.stringify(record))).toEqual([record]);
  });

  it("keeps margins of any sign and votes of every kind", async () => {
    const record = { ...good.preference, margin: -0.25, annotators: ["chosen", "rejected", "tie"], source: "fact" };
    expect(await readText(JSON.stringify(record), "preference")).toEqual([record]);
  });

  it.each([
    ["a byte order mark", `\uFEFF${line}\n${line}\n`, 2],
    ["CRLF ends", `${line}\r\n${line}\r\n`, 2],
    ["a blank last line", `${line}\n\n`, 1],
    ["blank lines between", `${line}\n  \n\n${line}`, 2],
    ["no last line end", `${line}\n${line}`, 2],
    ["nothing in it", "", 0],
  ])("may have %s", async (_, text, count) => {
    expect(await readText(text)).toEqual(Array.from({ length: count }, () => good.instruction));
  });

  it("counts blank lines when it names a bad one", async () => {
    await writeFile(file, `${line}\r\n\r\n{}\r\n`);
    expect((await refusal("instruction")).issue.line).toBe(3);
  });

  it("is read whole where lines and characters lie across the chunks of the file", async () => {
    const records = Array.from({ length: 3000 }, (_, id) => ({
      ...good.instruction,
      id,
      text: "ü€😀".repeat(id % 17),
    }));
    expect(await readText(records.map((record) => JSON.stringify(record)).join("\n"))).toEqual(records);
  });
});

describe("the caller's mistakes", () => {
  it("a file that is not there is named", async () => {
    const absent = path.join(folder, "absent.jsonl");
    await expect(readRecords("instruction", absent)).rejects.toMatchObject({ code: "bad-file" });
    await expect(readRecords("instruction", absent)).rejects.toThrow(`${absent}: cannot be read`);
  });

  it("a kind that does not exist is named, with those that do", async () => {
    const read = readRecords("prefrence" as RecordKind, file);
    await expect(read).rejects.toThrow('"prefrence" is no kind of record; use instruction, preference, feedback');
  });
});

describe("documents", () => {
  it("come back as they were written", async () => {
    const documents = ["a b c .", "ü \u2028 x", "last one"];
    await writeDocuments(file, documents);
    expect(await readDocuments(file)).toEqual(documents);
  });

  it("are refused where one is no line of text", async () => {
    await expect(writeDocuments(file, ["a", "b\nc"])).rejects.toThrow(
      `${file}: document 2 is empty or has a line break`,
    );
    await expect(writeDocuments(file, [" "])).rejects.toThrow(`${file}: document 1 is empty`);
  });

  it("are refused by line where they are not UTF-8", async () => {
    await writeFile(file, Buffer.from([0x61, 0x0a, 0xff, 0x0a]));
    await expect(readDocuments(file)).rejects.toThrow(`${file} line 2: is not UTF-8`);
  });
});
