import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { command } from "../../kernel-utils/src/cli/check";
import { notebookText as notebookJsonText } from "../../kernel-utils/src/notebook/committed";
import { checkNotebooks } from "../../kernel-utils/src/notebook/source/checkNotebooks";
import { notebookText } from "./notebookText";

const fixtures = path.join(__dirname, "../fixtures");

async function check(...argv: string[]): Promise<{ exit: number; out: string; errors: string }> {
  const written = { out: "", errors: "" };
  const out = jest.spyOn(process.stdout, "write").mockImplementation((text) => {
    written.out += String(text).replaceAll(`${fixtures}/`, "");
    return true;
  });
  const errors = jest.spyOn(process.stderr, "write").mockImplementation((text) => {
    written.errors += String(text).replaceAll(`${fixtures}/`, "");
    return true;
  });
  try {
    return { exit: await command.run(argv), ...written };
  } finally {
    out.mockRestore();
    errors.mockRestore();
  }
}

const fixture = (name: string): string => path.join(fixtures, `${name}.ipynb`);

describe("align check", () => {
  it("prints one line a notebook and the lines checked", async () => {
    const { exit, out } = await check(fixture("jest-notebooks/passes"));
    expect(out).toBe(
      "jest-notebooks/passes.ipynb: in order, 8 cells, lines checked 1/1, definitions 1, cited 0\n" +
        "1 of 1 notebooks in order, lines checked 1/1\n",
    );
    expect(exit).toBe(0);
  });

  it("exits 1 and names every problem on a line of stderr", async () => {
    const { exit, out, errors } = await check(fixture("jest-notebooks/used-early"), fixture("notebooks/other-kernel"));
    expect(exit).toBe(1);
    expect(out).toMatch(
      /^jest-notebooks\/used-early\.ipynb: 2 problems\nnotebooks\/other-kernel\.ipynb: 1 problem\n0 of 2/,
    );
    expect(errors.split("\n")).toEqual([
      expect.stringMatching(/^align check: .*used-early\.ipynb \[text, line 2:31\]: later is used before its cell/),
      expect.stringMatching(/^align check: .*used-early\.ipynb \[text, line 3:7\]: .*\(TS2322\)$/),
      expect.stringMatching(/^align check: .*other-kernel\.ipynb:23:17: .*asks for python3/),
      "",
    ]);
  });

  it("exits 2 for a file that is not there or not JSON, and still checks the others", async () => {
    const { exit, out, errors } = await check(
      fixture("notebooks/invalid-json"),
      "no/such.ipynb",
      fixture("jest-notebooks/passes"),
    );
    expect(exit).toBe(2);
    expect(out).toMatch(/1 of 3 notebooks in order/);
    expect(errors).toMatch(/invalid-json\.ipynb:8:3: malformed JSON[\s\S]*no\/such\.ipynb: cannot be read/);
  });

  it("refuses an option it does not know and a folder without notebooks", async () => {
    await expect(check("--strict")).rejects.toThrow(/--strict/);
    await expect(check(path.join(fixtures, "jest-notebooks", ".."))).rejects.toThrow(/holds no notebook/);
  });
});

const inFolder = (name: string, text: string): string => {
  const file = path.join(mkdtempSync(path.join(tmpdir(), "check-")), name);
  writeFileSync(file, text);
  return file;
};

it("finds outputs nobody vouches for, and ids an editor made up", () => {
  const kept = JSON.parse(notebookText([["7d1f0c2a", "1;"]]));
  kept.cells[0].outputs = [{ output_type: "stream", name: "stdout", text: "1" }];
  const file = inFolder("n.ipynb", notebookJsonText(kept));
  expect(checkNotebooks([file])[0].problems).toEqual([
    `${file}: its outputs do not say which sources they belong to; npm run notebooks:refresh n, or clear all outputs`,
    `${file} [7d1f0c2a, line 1:1]: the id 7d1f0c2a looks like one an editor made up; name the cell for what it does`,
  ]);
});

it("finds a solution that lies open at its cell, and a kernel that is not the course's", () => {
  const cells = [
    ["stub", '//| exercise: one (difficulty 1, minutes 1)\nconst one = (): number => Number("0");'],
    ["its-check", "//| check: one\nvoid one;"],
    ["open", "//| solution: one\nconst one = (): number => 1;"],
  ] as [string, string][];
  const asTslab = notebookText(cells).replace('"name": "alignment"', '"name": "tslab"');
  const file = inFolder("n.ipynb", `${asTslab}\n`);
  expect(checkNotebooks([file])[0].problems).toEqual([
    expect.stringMatching(/n\.ipynb: metadata\.kernelspec\.name is "tslab"/),
    expect.stringMatching(/n\.ipynb \[open, line 1:1\]: a solution that lies open; set the cell's metadata\.jupyter/),
  ]);
});

it("lays a file out with --fix and changes no word in it", async () => {
  const text = notebookText([["sum", "1 + 1;"]]);
  const file = inFolder("n.ipynb", JSON.stringify(JSON.parse(text), null, 4));
  expect((await check(file)).errors).toMatch(/line 2 is not laid out as the course's files are/);
  expect((await check("--fix", file)).exit).toBe(0);
  expect(readFileSync(file, "utf8")).toBe(`${text}\n`);
});
