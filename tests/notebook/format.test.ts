import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { CourseError } from "../../kernel-utils/src/errors";
import { type Notebook, parseNotebook, readNotebook } from "../../kernel-utils/src/notebook/source/format";
import { notebookText, type TestCell } from "./notebookText";

const parse = (...cells: TestCell[]): Notebook => parseNotebook(notebookText(cells), "n.ipynb");
const refusal = (text: string): string => {
  try {
    parseNotebook(text, "n.ipynb");
  } catch (error) {
    if (error instanceof CourseError) return error.message;
    throw error;
  }
  throw new Error("it was accepted");
};

describe("a notebook file", () => {
  it("gives its cells in order, markdown too, with their sources as one text", () => {
    const { cells } = parse(["intro", "# Hello", "markdown"], ["sum", "const a = 1;\na + 1;"]);
    expect(cells.map(({ id, kind, index, source }) => [id, kind, index, source])).toEqual([
      ["intro", "markdown", 0, "# Hello"],
      ["sum", "code", 1, "const a = 1;\na + 1;"],
    ]);
  });

  it("reads a source that is one string like a list of lines", () => {
    const text = notebookText([["a", "x"]]).replace('[\n    "x"\n   ]', '"let x = 1;\\nx;"');
    expect(parseNotebook(text, "n.ipynb").cells[0].source).toBe("let x = 1;\nx;");
  });

  it("knows the line and column of every character, behind escapes too", () => {
    const text = notebookText([["a", 'const s = "é\\t";\nthrow s;']]);
    const [cell] = parseNotebook(text, "n.ipynb").cells;
    const lines = text.split("\n");
    for (const word of ["const", "throw"]) {
      const { line, column } = cell.placeAt(cell.source.indexOf(word));
      expect(lines[line - 1].slice(column - 1)).toMatch(new RegExp(`^${word}`));
    }
    const end = cell.placeAt(cell.source.indexOf('";') + 1); // behind \" é \\ t \"
    expect(lines[end.line - 1].slice(end.column - 1)).toMatch(/^;/);
    expect(cell.startLine).toBe(lines.findIndex((line) => line.includes("const")) + 1);
  });

  it("knows columns where the whole JSON is one line", () => {
    const text = JSON.stringify(
      JSON.parse(
        notebookText([
          ["a", "let x = 1;\nx;"],
          ["b", "x + 1;"],
        ]),
      ),
    );
    const place = parseNotebook(text, "n.ipynb").cells[1].placeAt(0);
    expect(place).toEqual({ line: 1, column: text.indexOf("x + 1;") + 1 });
  });

  it.each([
    ['{\n "cells": [\n  1 2\n ]\n}', /^n\.ipynb:3:5: malformed JSON: expected "," or "\]" after an element.*found 2/],
    ['{"cells": [', /:1:12: malformed JSON: expected another element of the list, the file ends/],
    ['{"cells": [1,]}', /:1:14: malformed JSON: expected another element of the list, found \]/],
    ['{"a": "b\n"}', /:1:9: malformed JSON: expected the closing " of a string, the line ends/],
    ['{"a": "\\x"}', /:1:9: malformed JSON: expected an escape/],
    ["{a: 1}", /:1:2: malformed JSON: expected a key in double quotes, found a: 1}/],
    ['{"a": 01}', /:1:7: malformed JSON: expected the value of "a"/],
    ['{"a": 1} x', /:1:10: malformed JSON: expected the end of the file, found x/],
    ['{\n<<<<<<< HEAD\n "cells": []}', /:2:1: malformed JSON: .*resolve the merge conflict/],
    ["[]", /:1:1: is JSON but not an object/],
    ["", /:1:1: malformed JSON: expected a value, the file ends/],
  ])("says where %j stops being a notebook", (text, message) => expect(refusal(text)).toMatch(message));

  it("agrees with JSON.parse on what is JSON", () => {
    const texts = [
      '{"a": [1.5e-3, -0, true, null, "\\u00e9\\n"]}',
      "[1,,2]",
      '"\\ud83d"',
      "nul",
      "[1]]",
      "-",
      "1.",
      "{}{}",
      "\t[ ]\n",
    ];
    for (const text of texts) {
      const valid = (() => {
        try {
          JSON.parse(text);
          return true;
        } catch {
          return false;
        }
      })();
      expect([text, /malformed JSON/.test(refusal(text))]).toEqual([text, !valid]);
    }
  });

  it("is refused when it is for another kernel, or for none", () => {
    const python = notebookText([], { metadata: { kernelspec: { name: "python3", language: "python" } } });
    expect(refusal(python)).toMatch(/run on its TypeScript kernel; this one asks for python3/);
    expect(refusal(notebookText([], { metadata: {} }))).toMatch(/this one names no kernel/);
  });

  it("is refused in a format whose cells have no ids", () =>
    expect(refusal(notebookText([], { nbformat_minor: 4 }))).toMatch(/is nbformat 4\.4.*save it as nbformat 4\.5/));

  it.each([
    [[["Beta Sweep", ""]], /cell 1 has the id "Beta Sweep"; ids are slugs/],
    [
      [
        ["a", ""],
        ["b", ""],
        ["a", ""],
      ],
      /cell 3 repeats the id "a" of cell 1/,
    ],
  ] as [TestCell[], RegExp][])("is refused for the ids of %j", (cells, message) =>
    expect(refusal(notebookText(cells))).toMatch(message),
  );

  it("is refused without an id", () =>
    expect(refusal(notebookText([["a", ""]]).replace('"id": "a",', ""))).toMatch(/n\.ipynb:3:3: cell 1 has no id/));

  it("that is not there is named", () => {
    expect(() => readNotebook("no/such.ipynb")).toThrow(/^no\/such\.ipynb: cannot be read: .*ENOENT.*check the path$/);
  });

  it("is read with a byte order mark", () => {
    const file = path.join(mkdtempSync(path.join(tmpdir(), "notebook-")), "bom.ipynb");
    writeFileSync(file, `\uFEFF${notebookText([["a", "1;"]])}`);
    expect(readNotebook(file).cells).toHaveLength(1);
  });
});

describe("an exercise", () => {
  const stub: TestCell = ["stub", "//| exercise: loss (difficulty 2, minutes 10)"];

  it("is named by its check and its solution", () => {
    expect(() => parse(stub, ["c", "//| check: loss"], ["s", "//| solution: loss"])).not.toThrow();
  });

  it.each([
    [
      [["c", "//| check: loss"]],
      /\[c, line 1\]: check names the exercise "loss", which no cell sets; this notebook sets none/,
    ],
    [[stub, ["c", "//| check: los"]], /check names the exercise "los", which no cell sets; set are loss/],
    [[["s", "//| solution: loss"], stub], /solution loss comes before its exercise; move it below the stub/],
    [[stub, ["again", "//| exercise: loss (difficulty 1, minutes 1)"]], /exercise loss is already in \[stub\]/],
    [
      [
        ["d", "//| derive: a.2 from a.1"],
        ["e", "//| derive: a.2 from a.1"],
      ],
      /derive a\.2 is already in \[d\]/,
    ],
  ] as [TestCell[], RegExp][])("is refused in %j", (cells, message) =>
    expect(refusal(notebookText(cells))).toMatch(message),
  );
});
