/** Of what a cell shows, the repository keeps what is small, the same every time and readable on a page. */
import { keptOutputs, type OutputJson } from "../../kernel-utils/src/notebook/committed";
import { display, stream } from "./notebooks";

const toPng = (svg: string): Uint8Array => Buffer.from(`png of ${svg}`);
const kept = (...outputs: OutputJson[]) => keptOutputs(outputs, toPng);
const plotly = "application/vnd.plotly.v1+json";

it("keeps a figure's data with five digits, its picture as PNG and its text, and no page with a program", async () => {
  const figure = { data: [{ x: [1, 2.00000012345, 123456.789, null], name: "loss 0.123456789" }], layout: {} };
  const bundle = { [plotly]: figure, "text/html": "<div><script>…</script>", "image/svg+xml": ["<svg>", "</svg>"] };
  const metadata = { alignment: { figure: { title: "t" } }, isolated: true };
  expect(await kept(display({ ...bundle, "text/plain": "[figure] t" }, metadata))).toEqual([
    display(
      {
        [plotly]: { data: [{ x: [1, 2, 123460, null], name: "loss 0.123456789" }], layout: {} },
        "image/png": Buffer.from("png of <svg></svg>").toString("base64"),
        "text/plain": ["[figure] t"],
      },
      { alignment: metadata.alignment },
    ),
  ]);
});

it("keeps tables, formulas and errors, without what changes from run to run", async () => {
  const error: OutputJson = {
    ...{ output_type: "error", ename: "RangeError", evalue: "after 3 s" },
    traceback: ["RangeError: after 3 s", "    at Module._load (node:internal/x:1:2)", "    at [cell]:1:2"],
  };
  expect(await kept(display({ "text/html": "<table>\n<td>2 s</td></table>", "text/plain": "2 s" }), error)).toEqual([
    display({ "text/html": ["<table>\n", "<td>… s</td></table>"], "text/plain": ["… s"] }),
    { ...error, evalue: "after … s", traceback: ["RangeError: after … s", "    at [cell]:1:2"] },
  ]);
});

it("drops what leaves nothing to see", async () => {
  expect(await kept(display({ "text/html": "<script>1</script>" }), stream("  not webgpu: no adapter\n"))).toEqual([]);
});

it("keeps no count of executions", async () => {
  const result: OutputJson = { output_type: "execute_result", data: { "text/plain": "1" }, execution_count: 7 };
  expect(await kept(result)).toEqual([
    { output_type: "execute_result", data: { "text/plain": ["1"] }, execution_count: null, metadata: {} },
  ]);
});

it("is the same in whichever order two streams arrived", async () => {
  const [a, b, w] = [stream("a\n"), stream("b\n"), stream("w\n", "stderr")];
  const both = [
    { ...w, text: ["w\n"] },
    { ...a, text: ["a\n", "b\n"] },
  ];
  for (const order of [
    [a, b, w],
    [a, w, b],
    [w, a, b],
  ])
    expect(await kept(...order)).toEqual(both);
  const shown = display({ "text/plain": "x" });
  const apart = [{ ...a, text: ["a\n"] }, display({ "text/plain": ["x"] }), { ...w, text: ["w\n"] }];
  expect(await kept(a, shown, w)).toEqual(apart); // what stands between two streams keeps them apart
});
