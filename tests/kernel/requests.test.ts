/** Everything front ends ask besides running cells. */
import { temporaryFolder } from "../runner/fixtures";
import { TestKernel } from "./testKernel";

let kernel: TestKernel;
beforeAll(async () => {
  kernel = await TestKernel.start(temporaryFolder());
  await kernel.execute(
    "/** Pull to the reference. @see dpo */\nconst beta = 0.1;\nconst policy = { logProbability: (x: number) => x };",
  );
});

const matches = async (code: string, cursor_pos = [...code].length) =>
  (await kernel.request("complete_request", { code, cursor_pos })).reply;

describe("completion", () => {
  it("knows names of earlier cells, members and what is being written", async () => {
    expect(await matches("bet")).toMatchObject({ status: "ok", matches: ["beta"], cursor_start: 0, cursor_end: 3 });
    expect(await matches("policy.log")).toMatchObject({ matches: ["logProbability"], cursor_start: 7, cursor_end: 10 });
    expect(await matches("const local = 1;\nloca")).toMatchObject({ matches: ["local"] });
    expect((await matches("policy.")).matches).toEqual(["logProbability"]);
  });

  it("replaces the whole word the cursor is in", async () => {
    expect(await matches("policy.logXyz;", 10)).toMatchObject({
      matches: ["logProbability"],
      cursor_start: 7,
      cursor_end: 13,
    });
  });

  it("counts characters, not UTF-16 units", async () => {
    expect(await matches('"😀😀"; bet')).toMatchObject({ cursor_start: 6, cursor_end: 9 });
  });

  it("says what kind each match is, and offers nothing of the machinery", async () => {
    const reply = await matches("b");
    expect((reply.metadata as { _jupyter_types_experimental: object[] })._jupyter_types_experimental[0]).toMatchObject({
      text: "beta",
      type: "const",
    });
    expect((await matches("$")).matches).toEqual([]);
  });
});

describe("inspection", () => {
  const inspect = async (code: string, cursor_pos: number, detail_level = 0) =>
    (await kernel.request("inspect_request", { code, cursor_pos, detail_level })).reply;

  it("gives type and documentation, plain and as Markdown", async () => {
    const { found, data } = await inspect("beta + 1", 2);
    expect(found).toBe(true);
    expect(data).toEqual({
      "text/plain": "const beta: 0.1\n\nPull to the reference.\n\n@see dpo",
      "text/markdown": "```typescript\nconst beta: 0.1\n```\n\nPull to the reference.\n\n*@see* dpo",
    });
  });

  it("speaks of the function whose brackets the cursor is in", async () => {
    const { data } = await inspect("Math.max(1, ", 12);
    expect((data as Record<string, string>)["text/plain"]).toMatch(
      /Math\.max\(\.\.\.values: number\[\]\): number\n\nReturns the larger/,
    );
  });

  it("says where a thing is declared when asked for more", async () => {
    const { data } = await inspect("parseInt", 3, 1);
    expect((data as Record<string, string>)["text/plain"]).toMatch(/declared in .*lib\.es5\.d\.ts$/);
  });

  it("finds nothing where nothing is", async () => {
    expect(await inspect("   ", 1)).toEqual({ status: "ok", found: false, data: {}, metadata: {} });
  });
});

it("is_complete answers with the indent of the next line", async () => {
  const ask = async (code: string) => (await kernel.request("is_complete_request", { code })).reply;
  expect(await ask("const a = [{\n  b: [")).toEqual({ status: "incomplete", indent: "      " });
  expect(await ask("f(1)")).toEqual({ status: "complete" });
  expect(await ask("const = 1")).toEqual({ status: "invalid" });
});

it("kernel_info names the compiler's version and what front ends highlight by", async () => {
  const { reply } = await kernel.request("kernel_info_request", {}, "control");
  expect(reply).toMatchObject({ status: "ok", protocol_version: "5.3", implementation: "alignment", debugger: false });
  expect(reply.language_info).toMatchObject({
    name: "typescript",
    version: "5.9.3",
    file_extension: ".ts",
    mimetype: "text/typescript",
    pygments_lexer: "typescript",
  });
  expect(reply.banner).toMatch(/^TypeScript 5\.9\.3 on Node \d+\./);
});

it("history gives the tail, a range, and what matches a pattern, with outputs", async () => {
  const { reply: last } = await kernel.execute("1 + 1");
  await kernel.execute("console.log('hidden')", { store_history: false });
  const history = async (content: object) =>
    (await kernel.request("history_request", { raw: true, ...content })).reply.history;
  const n = Number(last.execution_count);
  expect(await history({ hist_access_type: "tail", n: 1, output: false })).toEqual([[1, n, "1 + 1"]]);
  expect(await history({ hist_access_type: "tail", n: 1, output: true })).toEqual([[1, n, ["1 + 1", "2"]]]);
  expect(await history({ hist_access_type: "range", session: 0, start: n, stop: n + 1 })).toEqual([[1, n, "1 + 1"]]);
  expect(await history({ hist_access_type: "search", pattern: "1 ?*", n: 5 })).toEqual([[1, n, "1 + 1"]]);
});

it("answers about comms that there are none, and closes one of an unknown target", async () => {
  const { reply } = await kernel.request("comm_info_request", { target_name: "jupyter.widget" });
  expect(reply).toEqual({ status: "ok", comms: {} });
  const id = await kernel.send(kernel.shell, "comm_open", { comm_id: "c1", target_name: "jupyter.widget", data: {} });
  await kernel.execute("1");
  const closed = kernel.published.filter(
    ({ header, parent_header }) => header.msg_type === "comm_close" && parent_header.msg_id === id,
  );
  expect(closed.map(({ content }) => content)).toEqual([{ comm_id: "c1", data: {} }]);
});

it("refuses to debug, politely", async () => {
  const { reply } = await kernel.request(
    "debug_request",
    { type: "request", seq: 3, command: "initialize" },
    "control",
  );
  expect(reply).toMatchObject({ type: "response", request_seq: 3, success: false, command: "initialize" });
});

it("answers while a cell runs, and then says again that it is busy", async () => {
  const id = await kernel.start("for (const end = Date.now() + 1500; Date.now() < end; );");
  const { reply } = await kernel.request("complete_request", { code: "bet", cursor_pos: 3 });
  expect(reply.matches).toEqual(["beta"]);
  const states = kernel.published.filter(({ header }) => header.msg_type === "status");
  expect(states.at(-1)!.parent_header.msg_id).toBe(id);
  expect(states.at(-1)!.content.execution_state).toBe("busy");
  await kernel.answer(id);
});

it("beats while a cell blocks and while a library is being read", async () => {
  const { Request } = await import("zeromq");
  const heart = new Request({ linger: 0, receiveTimeout: 2000 });
  heart.connect(`tcp://127.0.0.1:${kernel.connection.info.hb_port}`);
  const id = await kernel.start(
    'import * as ts from "typescript";\nfor (const end = Date.now() + 1000; Date.now() < end; );\nts.version',
  );
  for (let i = 0; i < 10; i++) {
    await heart.send(`beat ${i}`);
    expect(String((await heart.receive())[0])).toBe(`beat ${i}`);
  }
  heart.close();
  expect((await kernel.answer(id)).reply.status).toBe("ok");
});

describe("stdin", () => {
  it("asks and goes on with the answer, on the spot", async () => {
    const asked: object[] = [];
    kernel.onInput = (content) => {
      asked.push(content);
      return "Ada";
    };
    const run = await kernel.execute(
      'const who = prompt("name? ");\nconst secret = password("key? ");\nconsole.log(who, secret?.length, await prompt());',
    );
    expect(asked).toEqual([
      { prompt: "name? ", password: false },
      { prompt: "key? ", password: true },
      { prompt: "", password: false },
    ]);
    expect(run.messages[0].content.text).toBe("Ada 3 Ada\n");
  });

  it("refuses where nobody can be asked", async () => {
    const run = await kernel.execute('prompt("name? ")', { allow_stdin: false });
    expect(run.reply.evalue).toMatch(/^prompt: this front end cannot be asked/);
  });

  it("is interrupted while it waits", async () => {
    kernel.onInput = undefined;
    const id = await kernel.start('prompt("name? ")');
    await new Promise((resolve) => setTimeout(resolve, 700));
    await kernel.request("interrupt_request", {}, "control");
    expect((await kernel.answer(id)).reply.ename).toBe("Interrupted");
    expect((await kernel.execute("1")).reply.status).toBe("ok");
  });
});
