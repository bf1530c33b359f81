import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { command } from "../../kernel-utils/src/cli/check";
import { derivationCells } from "../../kernel-utils/src/notebook/source/derivationCells";
import { parseNotebook } from "../../kernel-utils/src/notebook/source/format";
import { notebookText, type TestCell } from "../notebook/notebookText";

const folder = mkdtempSync(path.join(tmpdir(), "mutate-"));

async function mutate(...cells: TestCell[]): Promise<{ exit: number; out: string; errors: string[] }> {
  const file = path.join(folder, "n.ipynb");
  writeFileSync(file, notebookText(cells));
  const written = { out: "", errors: "" };
  const spies = (["stdout", "stderr"] as const).map((stream) =>
    jest.spyOn(process[stream], "write").mockImplementation((text) => {
      written[stream === "stdout" ? "out" : "errors"] += String(text).replaceAll(`${folder}/`, "");
      return true;
    }),
  );
  try {
    const exit = await command.run(["--mutate", file]);
    return { exit, out: written.out, errors: written.errors.split("\n").filter(Boolean) };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

const setup: TestCell = [
  "setup",
  `import * as tf from "@tensorflow/tfjs";
import { derivation, line, logSigmoid } from "kernel-utils";
console.log("never printed");
const slowly = await new Promise(() => {}); // a training that nothing below needs
const scaled = { kind: "scalar", from: 0.1, to: 5 } as const;`,
];
const begin: TestCell = [
  "begin",
  `const d = derivation("m", { symbols: { beta: scaled, p: "distribution", q: "distribution", r: "function" } });`,
];

describe("align check --mutate", () => {
  it("runs what the derivations need and counts what their checks refuse", async () => {
    const { exit, out, errors } = await mutate(
      setup,
      begin,
      ["first", `line("m.1", "KL(p, q) == E(p, log(p / q))", "what it is");`],
      ["after", `slowly.run(d.results());`],
      [
        "library",
        `//| derive: m.2 from m.1
d.implementation("m.2", { of: "-logsigma(beta * (r_w - r_l))", inputs: { w: "r_w", l: "r_l" }, constants: { beta: "beta" },
  run: ({ w, l }, { beta }) => tf.mean(tf.neg(logSigmoid(w.sub(l).mul(beta)))), from: "m.1", move: "the library's" });`,
      ],
      ["slip", `//| expect-error: derivation\nline("m.3", "KL(p, q) == KL(q, p)", "no");`],
    );
    expect(errors).toEqual([]);
    expect(exit).toBe(0);
    expect(out).toMatch(/^notebook +lines {2}mutants {2}killed {2}explained {2}survivors\n/);
    const [, mutants, killed] = /n\.ipynb +2 +(\d+) +(\d+) +0 +0\nall/.exec(out) ?? [];
    expect(Number(mutants)).toBeGreaterThan(10);
    expect(killed).toBe(mutants);
    expect(out).toMatch(/100\.0 % of the mutants refused, 100\.0 % refused or explained\n$/);
  });

  it("exits 1 for a survivor, with the line, the mistake and the way out", async () => {
    const idle = `line("m.1", "KL(p, q) >= -2", { move: "far from it", from: null });`;
    const { exit, out, errors } = await mutate(setup, begin, ["idle", idle]);
    expect(exit).toBe(1);
    expect(errors).toEqual([
      expect.stringMatching(
        /^align check: n\.ipynb m\.1: passes with constant changed, as KL\(p, q\) >= -3; make the check see it, or say why/,
      ),
    ]);
    expect(out).toMatch(
      /n\.ipynb +1 +4 +3 +0 +1\nall[\s\S]*75\.0 % of the mutants refused, 75\.0 % refused or explained/,
    );
  });

  const product = (equivalent: string): TestCell => [
    "product",
    `line("m.1", "1 == sum(p) * sum(q)", { move: "each sums to one", from: null, equivalent: { ${equivalent} } });`,
  ];
  const both = `"sum(q)": "sum(p) is 1", "sum( p )": "sum(q) is 1"`;

  it("takes an explanation, in any spelling, and prints it", async () => {
    const { exit, out, errors } = await mutate(setup, begin, product(both));
    expect({ exit, errors }).toEqual({ exit: 0, errors: [] });
    expect(out).toMatch(/n\.ipynb +1 +(\d+) +\d+ +2 +0\n/);
    expect(out).toContain(
      "explained:\nn.ipynb m.1: sum(p) dropped, sum(q): sum(p) is 1\n".replace("sum(q):", "1 == sum(q):"),
    );
    expect(out).toMatch(/ 100\.0 % refused or explained\n$/);
  });

  it("refuses an explanation of what its check refuses, or of no mutant at all", async () => {
    const { exit, errors } = await mutate(setup, begin, product(`${both}, "mean(p) * sum(q)": "no", "p": "what?"`));
    expect(exit).toBe(1);
    expect(errors).toEqual([
      expect.stringMatching(
        /m\.1: equivalent "1 == mean\(p\) \* sum\(q\)" is refused by the check, so it is no equivalent/,
      ),
      expect.stringMatching(/m\.1: equivalent "1 == p" is no mutant of this line; take it out/),
    ]);
  });

  it.each([
    ["a line that does not hold", `line("m.1", "KL(p, q) == KL(q, p)", "no");`, /n\.ipynb \[it\]: m\.1: does not hold/],
    [
      "a cell that throws",
      `const x = derivation("x", { symbols: null!.symbols });`,
      /n\.ipynb \[it\]: Cannot read properties/,
    ],
  ])("exits 1 for %s, naming the cell", async (_, source, message) => {
    const { exit, errors } = await mutate(setup, begin, ["it", source]);
    expect(exit).toBe(1);
    expect(errors).toEqual([expect.stringMatching(message)]);
  });

  it("exits 2 for a file that cannot be read, and goes on", async () => {
    const errors = jest.spyOn(process.stderr, "write").mockReturnValue(true);
    const out = jest.spyOn(process.stdout, "write").mockReturnValue(true);
    expect(await command.run(["--mutate", "no/such.ipynb"])).toBe(2);
    expect(errors.mock.calls.join()).toMatch(/no\/such\.ipynb: cannot be read/);
    for (const spy of [errors, out]) spy.mockRestore();
  });
});

describe("the cells of the derivations", () => {
  const kept = (...cells: TestCell[]) =>
    derivationCells(parseNotebook(notebookText(cells), "n.ipynb")).map(({ id, source }) => [
      id,
      source.replace(/\s+/g, " ").trim(),
    ]);
  it("are the statements that state lines and what those use, however far back, and nothing else", () => {
    expect(
      kept(
        ["a", "const seed = 1;\nconst model = train(seed); const beta = 2 * seed;"],
        ["b", "const unrelated = { beta: model };"],
        ["c", 'const d = derivation("m" + beta, {});\nplot(unrelated);'],
        ["d", 'd.gradient("m.1", "1", {}); model.line("a b");'],
        ["e", '//| expect-error: derivation\nd.line("m.2", "2", "?");'],
        ["f", "//| derive: m.3 from m.1\nstated();"],
        ["g", "function stated() { line('m.3', '3', '?'); }\nconsole.log(d.mutate());"],
      ),
    ).toEqual([
      ["a", "const seed = 1; const beta = 2 * seed;"],
      ["c", 'const d = derivation("m" + beta, {});'],
      ["d", 'd.gradient("m.1", "1", {});'],
      ["f", "stated();"],
      ["g", "function stated() { line('m.3', '3', '?'); }"],
    ]);
  });
  it("are those of the solution, not of the stub", () => {
    const cells: TestCell[] = [
      ["stub", "//| exercise: x (difficulty 1, minutes 1)\nconst f = () => todo();"],
      ["check", "//| check: x\ncheck(f);"],
      ["answer", "//| solution: x\nconst f = () => 1;"],
      ["line", 'd.implementation("m.1", { run: f });'],
    ];
    expect(kept(...cells).map(([id]) => id)).toEqual(["answer", "line"]);
  });
});
