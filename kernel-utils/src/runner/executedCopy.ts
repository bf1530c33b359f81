/** The notebook as it looks after its run: the source's cells with outputs, counts and times. */
import type { Output } from "./outputs";
import type { Failure } from "./report";

/** What one code cell's run adds to the notebook. */
export interface ExecutedCell {
  outputs: Output[];
  executionCount: number | null;
  started?: Date;
  ended?: Date;
  failure?: Failure;
}

interface RawCell {
  cell_type: string;
  id: string;
  metadata?: Record<string, unknown>;
  outputs?: unknown[];
  execution_count?: number | null;
}

/** @param text the source notebook @returns the executed copy, formatted as Jupyter formats notebooks */
export function executedCopy(text: string, executed: Map<string, ExecutedCell>): string {
  const notebook = JSON.parse(text) as { cells: RawCell[] };
  const cells = notebook.cells.map((cell) => (cell.cell_type === "code" ? fill(cell, executed.get(cell.id)) : cell));
  return `${JSON.stringify({ ...notebook, cells }, null, 1)}\n`;
}

function fill(cell: RawCell, run?: ExecutedCell): RawCell {
  if (run === undefined) return { ...cell, outputs: [], execution_count: null };
  const outputs = run.outputs.map(format);
  if (run.failure !== undefined && !run.outputs.some((output) => output.output_type === "error")) {
    outputs.push(errorOutput(run.failure)); // the kernel sends none, and without it no viewer shows the cell as failed
  }
  return { ...cell, metadata: { ...cell.metadata, ...times(run) }, outputs, execution_count: run.executionCount };
}

/** The names JupyterLab gives to the times of a cell. */
function times({ started, ended }: ExecutedCell): object {
  if (started === undefined || ended === undefined) return {};
  const [begin, end] = [started.toISOString(), ended.toISOString()];
  return { execution: { "iopub.status.busy": begin, "iopub.status.idle": end, "shell.execute_reply": end } };
}

const errorOutput = ({ name, message, details }: Failure): object => ({
  output_type: "error",
  ename: name,
  evalue: message.startsWith(`${name}: `) ? message.slice(name.length + 2) : message,
  traceback: details.split("\n"),
});

/** Text is kept as a list of lines, which keeps differences between two runs readable. */
function format(output: Output): object {
  if (output.output_type === "stream") return { ...output, text: lines(output.text) };
  if (output.output_type === "error") return output;
  const data = Object.entries(output.data).map(([type, value]) => [type, isText(type, value) ? lines(value) : value]);
  return { ...output, data: Object.fromEntries(data) };
}

const isText = (type: string, value: unknown): value is string =>
  typeof value === "string" && (/^text\//.test(type) || type === "image/svg+xml" || type === "application/javascript");

const lines = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
