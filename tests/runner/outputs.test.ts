import { createMessage } from "../../kernel-utils/src/kernel/message";
import { NotebookOutputs } from "../../kernel-utils/src/runner/outputs";

const message = (type: string, content: Record<string, unknown>) => createMessage("session", type, content);
const stream = (text: string, name = "stdout") => message("stream", { name, text });
const shown = (type: string, text: string, id?: string) =>
  message(type, { data: { "text/plain": text }, metadata: {}, transient: id === undefined ? {} : { display_id: id } });

function outputsOf(...messages: ReturnType<typeof message>[]) {
  const outputs = new NotebookOutputs();
  for (const one of messages) outputs.take("a", one);
  return outputs.of("a");
}

it("joins a stream until something else comes between", () => {
  const outputs = outputsOf(stream("1"), stream("2"), stream("e", "stderr"), stream("3"));
  expect(outputs).toEqual([
    { output_type: "stream", name: "stdout", text: "12" },
    { output_type: "stream", name: "stderr", text: "e" },
    { output_type: "stream", name: "stdout", text: "3" },
  ]);
});

it("updates a display wherever it stands, also in another cell, and adds nothing", () => {
  const outputs = new NotebookOutputs();
  outputs.take("a", shown("display_data", "old", "d1"));
  outputs.take("b", shown("display_data", "old", "d1"));
  outputs.take("c", shown("update_display_data", "new", "d1"));
  const texts = ["a", "b", "c"].map((cell) => outputs.of(cell).map((output) => "data" in output && output.data));
  expect(texts).toEqual([[{ "text/plain": "new" }], [{ "text/plain": "new" }], []]);
});

it("does not store the display's transient id", () => {
  expect(JSON.stringify(outputsOf(shown("display_data", "x", "d1")))).not.toContain("d1");
});

it("clears at once, or with wait at the next output", () => {
  expect(outputsOf(stream("1"), message("clear_output", { wait: false }))).toEqual([]);
  expect(outputsOf(stream("1"), message("clear_output", { wait: true }))).toHaveLength(1);
  const replaced = outputsOf(stream("1"), message("clear_output", { wait: true }), stream("2"));
  expect(replaced).toEqual([{ output_type: "stream", name: "stdout", text: "2" }]);
});

it("keeps results with their count and errors with their traceback", () => {
  const result = message("execute_result", { data: { "text/plain": "3" }, metadata: {}, execution_count: 7 });
  const error = message("error", { ename: "E", evalue: "v", traceback: ["t"] });
  expect(outputsOf(result, error)).toEqual([
    { output_type: "execute_result", data: { "text/plain": "3" }, metadata: {}, execution_count: 7 },
    { output_type: "error", ename: "E", evalue: "v", traceback: ["t"] },
  ]);
});

it("stops keeping a stream at four million characters and says so once", () => {
  const [output] = outputsOf(stream("x".repeat(4_000_001)), stream("y"), stream("z"));
  const text = "text" in output ? output.text : "";
  expect(text.slice(3_999_999)).toBe("x\n[the rest of this cell's output was not kept]\n");
});
