/** What a learner keeps: answers by notebook, and the notebook with them in it. */
import {
  answersKey,
  keepAnswers,
  notebookWithAnswers,
  readAnswers,
  type TextStore,
} from "../../../book/.vitepress/theme/live/answers";
import { isExpected, liveCell, withDirective } from "../../../book/.vitepress/theme/live/cells";

function store(kept: Record<string, string> = {}): TextStore & { kept: Record<string, string> } {
  return {
    kept,
    getItem: (key) => kept[key] ?? null,
    setItem: (key, value) => void Object.assign(kept, { [key]: value }),
    removeItem: (key) => void delete kept[key],
  };
}

describe("answers", () => {
  it("come back as they were kept, each notebook its own", () => {
    const one = store();
    keepAnswers(one, "06-dpo", { cells: { "dpo-loss": "const x = 1;" }, passed: ["dpo-loss"] });
    expect(readAnswers(one, "06-dpo")).toEqual({ cells: { "dpo-loss": "const x = 1;" }, passed: ["dpo-loss"] });
    expect(readAnswers(one, "07-ipo")).toEqual({ cells: {}, passed: [] });
  });

  it.each(["", "{", "[]", '{"cells":{"a":1},"passed":[]}', '{"cells":{},"passed":"all"}'])(
    "are none where %s is kept",
    (text) => {
      expect(readAnswers(store({ [answersKey("06-dpo")]: text }), "06-dpo")).toEqual({ cells: {}, passed: [] });
    },
  );

  it("leave nothing behind when there are none", () => {
    const one = store();
    keepAnswers(one, "a", { cells: { b: "c" }, passed: [] });
    keepAnswers(one, "a", { cells: {}, passed: [] });
    expect(one.kept).toEqual({});
  });

  it("say so where the browser refuses to keep them", () => {
    const full = {
      ...store(),
      setItem: () => {
        throw new Error("quota");
      },
    };
    expect(keepAnswers(full, "a", { cells: { b: "c" }, passed: [] })).toBe(false);
  });
});

describe("a cell", () => {
  const stub = liveCell({ id: "s", source: "//| exercise: dpo-loss (difficulty 2, minutes 10)\nconst f = 1;\n" });

  it("knows what its directive says, and keeps it apart from the text", () => {
    expect(stub).toMatchObject({ role: "exercise", subject: "dpo-loss", original: "const f = 1;" });
    expect(liveCell({ id: "p", source: "const a = 1;" })).toMatchObject({ role: "", directive: "" });
    expect(withDirective(stub, "const f = 2;").source).toBe(
      "//| exercise: dpo-loss (difficulty 2, minutes 10)\nconst f = 2;",
    );
  });

  it("may fail only as it announces", () => {
    const failing = liveCell({ id: "e", source: "//| expect-error: bad-shape\nf();" });
    expect(isExpected(failing, { name: "CourseError", code: "bad-shape" })).toBe(true);
    expect(isExpected(failing, { name: "CourseError", code: "other" })).toBe(false);
    expect(isExpected(failing, undefined)).toBe(false);
    expect(isExpected(stub, { name: "dpo-loss" })).toBe(false);
  });
});

it("the notebook to download differs in the learner's cells only, and claims no outputs for them", () => {
  const file = {
    nbformat: 4,
    cells: [
      { id: "a", source: ["one\n", "two"], outputs: [{}], execution_count: 1 },
      { id: "b", source: "kept", outputs: [{}], execution_count: 2 },
    ],
  };
  expect(notebookWithAnswers(file, new Map([["a", "x\ny"]]))).toEqual({
    nbformat: 4,
    cells: [{ id: "a", source: ["x\n", "y"], outputs: [], execution_count: null }, file.cells[1]],
  });
});
