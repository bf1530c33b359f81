import type { ErrorReport } from "../../kernel-utils/src/kernel";
import { parseNotebook } from "../../kernel-utils/src/notebook/source/format";
import { type Ending, judge, type Trouble } from "../../kernel-utils/src/runner/judge";

const cellWith = (source: string) => {
  const cell = { cell_type: "code", id: "dpo-loss", metadata: {}, execution_count: null, outputs: [], source };
  const metadata = { kernelspec: { name: "tslab", language: "typescript" } };
  return parseNotebook(JSON.stringify({ cells: [cell], metadata, nbformat: 4, nbformat_minor: 5 }), "a.ipynb").cells[0];
};
const plain = cellWith("f();");
const ended = (status: string, lastWords = ""): Ending => ({ kind: "replied", status, lastWords });
const thrown = (name: string, stack: string[] = [], more: Partial<ErrorReport> = {}): Trouble => ({
  ...{ event: "error", cell: "dpo-loss", origin: "thrown", name, message: "too small" },
  ...{ stack: [`${name}: too small`, ...stack].join("\n"), ...more },
});
const refused = (...items: [code: number, line: number, message: string][]): Trouble => ({
  event: "diagnostics",
  cell: "dpo-loss",
  items: items.map(([code, line, message]) => ({ code, line, column: 1, message })),
});

describe("a cell without a directive", () => {
  it("passes when the kernel says ok and nothing else was heard", () => {
    expect(judge(plain, ended("ok"), [])).toBeUndefined();
  });

  it("fails when the kernel says ok but a promise was rejected", () => {
    const failure = judge(plain, ended("ok"), [thrown("Error", [], { origin: "rejection" })]);
    expect(failure?.message).toBe("unhandled rejection of a promise this cell started: Error: too small");
  });

  it("fails when the kernel does not say ok and nobody knows why, with the last words printed", () => {
    expect(judge(plain, ended("error", "Something else"), [])?.message).toBe(
      'the kernel answered "error": Something else',
    );
  });

  it("is blamed at its own line, with the place inside another cell beside it", () => {
    const stack = ["    at pick ([helpers]:3:9)", "    at run ([dpo-loss]:7:1)"];
    expect(judge(plain, ended("error"), [thrown("RangeError", stack)])).toMatchObject({
      line: 7,
      column: 1,
      message: "RangeError: too small (in [helpers], line 3)",
    });
  });

  it("says in one line what the error says in three", () => {
    const failure = judge(plain, ended("error"), [thrown("Error", [], { message: "first\n  second\nthird" })]);
    expect(failure?.message).toBe("Error: first second third");
  });

  it("counts mistakes by place: one mistake explained in two entries is one", () => {
    const chain = refused([2322, 4, "Type A is not B."], [2326, 4, "Types of x differ."]);
    expect(judge(plain, ended("error"), [chain])?.message).toBe("TS2322: Type A is not B. Types of x differ.");
    const two = refused([2322, 4, "Type A is not B."], [2304, 6, "Cannot find name."]);
    expect(judge(plain, ended("error"), [two])?.message).toBe("TS2322: Type A is not B. (and 1 more)");
  });
});

describe("a cell that expects RangeError", () => {
  const expecting = cellWith("//| expect-error: RangeError\nf();");

  it("passes when exactly that happens", () => {
    expect(judge(expecting, ended("error"), [thrown("RangeError")])).toBeUndefined();
  });

  it("passes when the error carries that code of its own", () => {
    const other = cellWith("//| expect-error: bad-shape\nf();");
    expect(judge(other, ended("error"), [thrown("CourseError", [], { code: "bad-shape" })])).toBeUndefined();
  });

  it.each([
    ["nothing", ended("ok"), [], /nothing went wrong/],
    ["another error", ended("error"), [thrown("TypeError")], /but failed with TypeError/],
    ["a subclass by another name", ended("error"), [thrown("RangeErrorOfMine")], /RangeErrorOfMine/],
    ["the expected error and another one", ended("error"), [thrown("RangeError"), thrown("Error")], /with Error: /],
    ["a compiler error", ended("error"), [refused([2345, 2, "Argument."])], /with TS2345/],
    ["a failure of unknown kind", ended("error"), [], /the kernel answered "error"/],
  ] as const)("fails when %s happens", (_, ending, troubles, message) => {
    expect(judge(expecting, ending, [...troubles])?.message).toMatch(message);
  });

  it("fails when it runs too long or kills the kernel, whatever it threw before", () => {
    const late: Ending = { kind: "timed-out", seconds: 2, obeyed: true };
    expect(judge(expecting, late, [thrown("RangeError")])?.name).toBe("Timeout");
    const dead: Ending = { kind: "died", exit: { code: null, signal: "SIGSEGV" }, tail: "" };
    expect(judge(expecting, dead, [thrown("RangeError")])?.message).toMatch(/ended by SIGSEGV$/);
  });
});

it("expects a TypeScript code at every place the compiler complains about", () => {
  const expecting = cellWith("//| expect-error: TS2345\nf();");
  expect(judge(expecting, ended("error"), [refused([2345, 2, "A."], [2328, 2, "Because."])])).toBeUndefined();
  expect(judge(expecting, ended("error"), [refused([2345, 2, "A."], [2304, 3, "B."])])?.message).toMatch(
    /TS2304: B\.$/,
  );
});

it("names the fatal error of a kernel that ran out of memory", () => {
  const tail = "<--- Last few GCs --->\nFATAL ERROR: Reached heap limit Allocation failed\n 1: 0xb76db1\n 2: 0xee62f0";
  const failure = judge(plain, { kind: "died", exit: { code: null, signal: "SIGABRT" }, tail }, []);
  expect(failure?.message).toMatch(
    /ended by SIGABRT; its last words: FATAL ERROR: Reached heap limit Allocation failed$/,
  );
});
