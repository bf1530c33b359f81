import { table } from "arquero";
import { awaitArquero, type Loader, showArqueroTables } from "../../kernel-utils/src/notebook/display/rich/arquero";
import { logged, shown } from "./forms";

const display = Symbol.for("Jupyter.display");

/** A class of its own for each test: a prototype that shows itself once does so for ever. */
const freshLibrary = () => ({ ColumnTable: class {} });
const showsItself = ({ ColumnTable }: { ColumnTable: { prototype: object } }) => display in ColumnTable.prototype;

describe("an Arquero table as the last expression of a cell", () => {
  beforeAll(() => showArqueroTables(jest.requireActual("arquero")));

  it("shows rows with numbers to the right, in both forms", async () => {
    const { html, text } = await shown(table({ method: ["dpo", "sft"], gold: [1.25, -0.5] }));
    expect(text).toBe("Table of 2 rows and 2 columns\nmethod   gold\ndpo      1.25\nsft     −0.50");
    expect(html).toMatch(/<th scope="col" align="right" style="text-align:right">gold<\/th>/);
  });

  it("shows twenty rows of a long table and says how many are left, after a filter too", async () => {
    const long = table({ x: Array.from({ length: 4000 }, (_, i) => i) });
    const { text } = await shown(long);
    expect(text.split("\n")).toHaveLength(1 + 1 + 20 + 1);
    expect(text).toMatch(/^Table of 4,000 rows and 1 column, the first 20\n/);
    expect(text).toMatch(/\n19\n… and 3,980 more rows$/);
    const { text: filtered } = await shown(long.filter("d => d.x >= 3998"));
    expect(filtered).toBe("Table of 2 rows and 1 column\n   x\n3998\n3999");
  });

  it("is one line inside another value on a console", () => {
    expect(logged([table({ x: [1] })])).toBe("[ Table of 1 row and 1 column ]");
  });

  it("reads what a column may hold: dates, typed arrays, objects, nothing", async () => {
    const cyclic: Record<string, unknown> = {};
    cyclic.self = cyclic;
    const { text } = await shown(
      table({
        what: [
          new Date("2024-05-01"),
          new Date("2024-05-01T10:00Z"),
          new Float32Array(9).fill(0.5),
          { a: 1 },
          cyclic,
          null,
        ],
      }),
    );
    expect(text.split("\n").slice(2)).toEqual([
      "2024-05-01",
      "2024-05-01T10:00:00.000Z",
      "[0.5000, 0.5000, 0.5000, 0.5000, 0.5000, 0.5000, … 9 in all]",
      '{"a":1}',
      "[object Object]",
      "–",
    ]);
  });
});

describe("waiting for Arquero", () => {
  it("takes the library that is loaded already", () => {
    const library = freshLibrary();
    const loader = { _load: () => undefined };
    const before = loader._load;
    awaitArquero(loader, { "/course/node_modules/arquero/src/index.js": { exports: library } });
    expect([showsItself(library), loader._load === before]).toEqual([true, true]);
  });

  it.each(["arquero", "/course/node_modules/arquero/src/index.js", "C:\\course\\node_modules\\arquero\\dist\\a.js"])(
    "hears of %s when it is loaded later, then stops listening",
    (request) => {
      const library = freshLibrary();
      const loader: Loader = { _load: (name) => (name === request ? library : { other: name }) };
      const before = loader._load;
      awaitArquero(loader);
      expect(loader._load("express")).toEqual({ other: "express" });
      expect(loader._load("arquero-worker")).toEqual(
        request === "arquero-worker" ? library : { other: "arquero-worker" },
      );
      expect(showsItself(library)).toBe(false);
      expect(loader._load(request)).toBe(library);
      expect([showsItself(library), loader._load === before]).toEqual([true, true]);
    },
  );

  it("leaves a listener that came after it in place", () => {
    const library = freshLibrary();
    const loader: Loader = { _load: () => library };
    awaitArquero(loader);
    const ours = loader._load;
    const later: Loader["_load"] = (...args) => ours(...args);
    loader._load = later;
    loader._load("arquero");
    expect([showsItself(library), loader._load === later]).toEqual([true, true]);
  });
});
