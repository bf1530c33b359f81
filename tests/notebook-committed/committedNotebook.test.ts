/** From sources and an executed copy to the file in the repository: which outputs, whose they are, and how it is laid out. */
import {
  committedNotebook,
  committedProblems,
  firstDifference,
  kernelspec,
  type NotebookJson,
  notebookText,
  outputsAreFresh,
  staleness,
  withoutOutputs,
} from "../../kernel-utils/src/notebook/committed";
import { display, notebook, stream } from "./notebooks";

const made = { tool: "0.1.0", backend: "wasm", node: "22" };
const toPng = (): Uint8Array => new Uint8Array([1]);
const source = notebook({ one: { source: 'console.log("a");\n1;' }, two: { source: "2;" } });

/** The executed copy: outputs, counts and times as a run leaves them. */
function executed({ cells, ...rest }: NotebookJson, texts: string[]): NotebookJson {
  const ran = cells.map((cell, i) => ({
    ...cell,
    metadata: { ...cell.metadata, execution: { "iopub.status.busy": `2026-11-24T12:14:0${i}.120Z` } },
    outputs: [stream(texts[i])],
    execution_count: i + 1,
  }));
  return { ...rest, cells: ran };
}

const commit = (texts = ["a, 3 s\n", "b\n"]) => committedNotebook(source, executed(source, texts), toPng, made);
const read = (text: string): NotebookJson => JSON.parse(text);

it("gives the same bytes for two runs that differ in times and counts", async () => {
  expect(await commit(["a, 9 s\n", "b\n"])).toBe(await commit());
  expect(await commit()).not.toMatch(/2026|"execution"|3 s/);
  expect(firstDifference(await commit(), await commit())).toBeUndefined();
  expect(firstDifference(await commit(), await commit(["a\n", "b\n"]))).toMatch(
    /^\[one\] has "a, … s\\n", and gives "a/,
  );
});

it("says to which sources the outputs belong, and takes back what was taken out", async () => {
  const { metadata, cells } = read(await commit());
  expect(metadata).toMatchObject({
    kernelspec,
    alignment: { outputs: { ...made, sources: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) } },
  });
  expect(cells.map(({ outputs }) => outputs!.length)).toEqual([1, 1]);
  expect(withoutOutputs(read(await commit()))).toBe(withoutOutputs(source));
});

it("survives another round: the committed notebook as the source of the next", async () => {
  const again = read(await commit());
  expect(await committedNotebook(again, executed(again, ["a, 4 s\n", "b\n"]), toPng, made)).toBe(await commit());
});

describe("outputs and sources", () => {
  const changed = async (change: (copy: NotebookJson) => void): Promise<NotebookJson> => {
    const copy = read(await commit());
    change(copy);
    return copy;
  };

  it("belong together as committed, in whatever layout", async () => {
    expect(outputsAreFresh(read(await commit()))).toBe(true);
    expect(outputsAreFresh({ text: await commit() })).toBe(true);
    const other = await changed((copy) => {
      copy.cells[0].source = ['console.log("a");\n', "1;"].join("");
      copy.cells[0].outputs![0].text = "a, … s\n";
      copy.cells.push({ cell_type: "markdown", id: "prose", metadata: {}, source: "new" });
    });
    expect(staleness(other)).toBeUndefined();
  });

  it.each<[string, (copy: NotebookJson) => void, { cell?: string; reason: RegExp }]>([
    ["a source", (copy) => (copy.cells[1].source = "3;"), { cell: "two", reason: /has changed/ }],
    ["a new cell", (copy) => copy.cells.push({ ...copy.cells[0], id: "three" }), { cell: "three", reason: /is new/ }],
    ["a cell gone", (copy) => copy.cells.pop(), { reason: /\[two\] is gone/ }],
    ["the order", (copy) => copy.cells.reverse(), { reason: /the order of its cells/ }],
    ["the kernel", (copy) => (copy.metadata.kernelspec = { name: "deno" }), { reason: /or its kernel/ }],
    ["an output", (copy) => (copy.cells[1].outputs = []), { reason: /were changed after they were made/ }],
    ["the record", (copy) => (copy.metadata.alignment = {}), { reason: /do not say which sources/ }],
  ])("do not when %s changes", async (_, change, { cell, reason }) => {
    const copy = await changed(change);
    expect(staleness(copy)).toEqual({ ...(cell ? { cell } : {}), reason: expect.stringMatching(reason) });
    expect(outputsAreFresh(copy)).toBe(false);
  });

  it("are neither fresh nor stale where there are none", () => {
    expect(staleness(source)).toBeUndefined();
    expect(outputsAreFresh(source)).toBe(false);
  });
});

describe("what align check says of the file", () => {
  const problems = (copy: NotebookJson): string[] =>
    committedProblems(notebookText(copy), "06-dpo").map(({ cell, message }) => `${cell ?? "-"}: ${message}`);

  it("is nothing, with outputs that are fresh or with none", async () => {
    expect(problems(read(await commit()))).toEqual([]);
    expect(problems(source)).toEqual([]);
  });

  it("names another kernel, and the way out", () => {
    const other = { ...source, metadata: { kernelspec: { ...kernelspec, name: "tslab" } } };
    expect(problems(other)).toEqual([
      '-: metadata.kernelspec.name is "tslab", the course\'s kernel has "alignment"; set it, or run npm run notebooks:refresh 06-dpo',
    ]);
  });

  it("names the first cell that changed", async () => {
    const copy = read(await commit());
    copy.cells[1].source = "3;";
    expect(problems(copy)).toEqual([
      "two: this cell has changed since the outputs were made; npm run notebooks:refresh 06-dpo, or clear all outputs",
    ]);
  });

  it("refuses times and paths in outputs, even with a record that fits them", async () => {
    const sneaked = await committedNotebook(source, executed(source, ["a\n", "b\n"]), toPng, made);
    const copy = read(sneaked);
    copy.cells[0].outputs = [display({ "text/plain": "wrote /tmp/x in 3 s" })];
    const { contentHashes } = await import("../../kernel-utils/src/notebook/committed");
    copy.metadata.alignment = { outputs: { ...made, ...contentHashes(copy) } };
    expect(problems(copy)).toEqual(['one: its output holds a time, "3 s"; npm run notebooks:refresh 06-dpo']);
  });

  it("refuses a file that a code-hosting page would not show", async () => {
    const copy = read(await committedNotebook(source, executed(source, ["x".repeat(1_000_000), "b"]), toPng, made));
    expect(problems(copy)).toEqual([expect.stringMatching(/^-: has 1\.00 MB, at most 1 MB .*; draw less/)]);
  });

  it("refuses a solution that lies open", () => {
    const open = notebook({ loss: { source: "//| solution: dpo-loss\n1;" } });
    expect(problems(open)).toEqual([
      "loss: a solution that lies open; set the cell's metadata.jupyter.source_hidden to true",
    ]);
    open.cells[0].metadata = { jupyter: { source_hidden: true } };
    expect(problems(open)).toEqual([]);
  });

  it("names the first line that is laid out otherwise", async () => {
    const text = JSON.stringify(source, null, 2);
    expect(committedProblems(text, "06-dpo")).toEqual([
      {
        message:
          "line 2 is not laid out as the course's files are; npm run notebooks:refresh 06-dpo, or align check --fix",
      },
    ]);
  });
});

describe("the layout", () => {
  it("is Jupyter's own (sorted keys, one space, no escapes), but for lists of numbers, which stand on one line", () => {
    const data = { z: [1, 2.5, null], b: "é", empty: [], none: {}, rows: [[1], ["a"]] };
    const { cells } = notebook({ a: { source: "x\ny", outputs: [display(data)] } });
    expect(notebookText({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 })).toBe(`{
 "cells": [
  {
   "cell_type": "code",
   "execution_count": null,
   "id": "a",
   "metadata": {},
   "outputs": [
    {
     "data": {
      "b": "é",
      "empty": [],
      "none": {},
      "rows": [
       [1],
       [
        "a"
       ]
      ],
      "z": [1,2.5,null]
     },
     "metadata": {},
     "output_type": "display_data"
    }
   ],
   "source": [
    "x\\n",
    "y"
   ]
  }
 ],
 "metadata": {},
 "nbformat": 4,
 "nbformat_minor": 5
}
`);
  });

  it("is a fixed point", () => expect(notebookText(read(notebookText(source)))).toBe(notebookText(source)));
});
