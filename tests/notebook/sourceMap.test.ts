import { parseNotebook } from "../../kernel-utils/src/notebook/source/format";
import { moduleText } from "../../kernel-utils/src/notebook/source/jest/moduleText";
import { decodeMappings, encodeMappings, type Mapping } from "../../kernel-utils/src/notebook/source/jest/sourceMap";
import { notebookText, type TestCell } from "./notebookText";

describe("source map mappings", () => {
  /** By hand: 0 is A, 5 is K, 16 is gB (10000b in two digits), 1 is C, −13 is b (27 = 13·2 + 1). */
  const mappings: Mapping[] = [
    { line: 0, column: 0, sourceLine: 0, sourceColumn: 0 },
    { line: 0, column: 5, sourceLine: 0, sourceColumn: 16 },
    { line: 2, column: 0, sourceLine: 1, sourceColumn: 3 },
  ];

  it("are written as the format says", () => expect(encodeMappings(mappings)).toBe("AAAA,KAAgB;;AACb"));
  it("are read as the format says", () => expect(decodeMappings("AAAA,KAAgB;;AACb")).toEqual(mappings));
  it("may leave columns without a source", () =>
    expect(decodeMappings("A,KAAgB")).toEqual([{ line: 0, column: 5, sourceLine: 0, sourceColumn: 16 }]));
});

describe("the module of a notebook", () => {
  const cells: TestCell[] = [
    ["imports", 'import markA, { basename as markB } from "node:path";\nimport * as markC from "node:fs";'],
    ["declares", 'const markD: number = 1, { length: markE } = "é\\"\\t";\nclass MarkF { markG = markD; }\nlet markH;'],
    ["functions", "/** Moves to the module. */\nfunction markI(markJ: number): number {\n\treturn markJ + markD;\n}"],
    [
      "uses",
      "enum MarkK { MarkL }\nif (markE > 0) markI(markD); else throw new MarkF();\nawait import(markB(markC.constants.F_OK + markA.sep));",
    ],
  ];
  const text = notebookText(cells);
  const options = { shownPath: "n.ipynb", runtimePath: "runtime.js", cellTimeoutSeconds: 1 };
  const module = moduleText(parseNotebook(text, "/nowhere/n.ipynb"), options);

  /** The rest of the .ipynb line that a place of the module maps to. */
  const originOf = (offset: number): string => {
    const { mappings } = JSON.parse(module.map("n.ipynb", text)) as { mappings: string };
    const before = module.text.slice(0, offset).split("\n");
    const [line, column] = [before.length - 1, before[before.length - 1].length];
    const nearest = decodeMappings(mappings)
      .filter((m) => m.line === line && m.column <= column)
      .at(-1);
    if (!nearest) return "nowhere";
    return text.split("\n")[nearest.sourceLine].slice(nearest.sourceColumn + column - nearest.column);
  };

  it.each([
    "markD",
    "markE",
    "MarkF",
    "markG",
    "markI",
    "markJ",
    "MarkK",
    "markA.sep",
    "markB(markC",
    "markC.constants",
  ])("leads from every %s in the cells' code back to its character in the .ipynb", (word) => {
    const code = module.text.indexOf("// ---------- [declares]"); // imports are rewritten as a whole
    const places = [...module.text.matchAll(new RegExp(`\\b${word.replace(/[.(]/g, "\\$&")}`, "g"))];
    const inCode = places.flatMap(({ index = 0 }) => (index > code ? [originOf(index)] : []));
    const traced = inCode.filter((origin) => origin.startsWith(word));
    expect(traced.length).toBeGreaterThan(0);
    // What is added around a class or an enum leads to its statement; nothing else may lead elsewhere.
    if (!/^Mark/.test(word)) expect(traced).toEqual(inCode);
    expect(inCode).not.toContain("nowhere");
  });

  it("leads from a rewritten import to its line", () => {
    expect(originOf(module.text.indexOf(";(markC = "))).toMatch(/^import \* as markC/);
  });
});
