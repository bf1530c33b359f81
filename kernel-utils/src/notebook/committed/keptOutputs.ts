/** Of what a cell published, that which is worth a place in the repository: small, the same every time, readable there. */
import { type OutputJson, splitLines, wholeText } from "./notebookJson";
import { smallPng } from "./smallPng";
import { withoutVolatile } from "./volatile";

/** Makes a PNG from a figure's SVG: viewers of untrusted notebooks show the one and not the other. */
export type ToPng = (svg: string) => Uint8Array | Promise<Uint8Array>;

const figureType = "application/vnd.plotly.v1+json";
/** Kept of a bundle, in this order of the file; JSON apart from these says nothing on a page. */
const texts = ["text/html", "text/markdown", "text/latex", "text/plain"];

/** Significant digits of a committed figure's data: more than any screen shows. */
const digits = 5;

export async function keptOutputs(outputs: readonly OutputJson[], toPng: ToPng): Promise<OutputJson[]> {
  const kept = await Promise.all(mergeStreams(outputs).map((output) => keptOutput(output, toPng)));
  return kept.filter((output): output is OutputJson => output !== undefined);
}

async function keptOutput(output: OutputJson, toPng: ToPng): Promise<OutputJson | undefined> {
  if (output.output_type === "stream") {
    const text = withoutVolatile(wholeText(output.text));
    return text === "" ? undefined : { ...output, text: splitLines(text) };
  }
  if (output.output_type === "error") {
    const clean = (text: unknown): string => withoutVolatile(wholeText(text));
    const traceback = (output.traceback ?? []).map(clean).filter((line) => line !== "");
    return { output_type: "error", ename: output.ename, evalue: clean(output.evalue), traceback };
  }
  const data = await keptBundle(output.data ?? {}, toPng);
  if (Object.keys(data).length === 0) return undefined;
  const alignment = output.metadata?.alignment;
  const kept: OutputJson = {
    output_type: output.output_type,
    data,
    metadata: alignment === undefined ? {} : { alignment },
  };
  return output.output_type === "execute_result" ? { ...kept, execution_count: null } : kept;
}

async function keptBundle(data: Record<string, unknown>, toPng: ToPng): Promise<Record<string, unknown>> {
  const kept: Record<string, unknown> = {};
  const figure = data[figureType];
  if (figure !== undefined) kept[figureType] = rounded(figure);
  const svg = data["image/svg+xml"];
  if (svg !== undefined) kept["image/png"] = Buffer.from(smallPng(await toPng(wholeText(svg)))).toString("base64");
  else if (data["image/png"] !== undefined) kept["image/png"] = data["image/png"];
  for (const type of texts) {
    if (data[type] === undefined) continue;
    const text = wholeText(data[type]);
    // A page that runs a program is no document: it weighs megabytes, and no code-hosting page runs it.
    if (type === "text/html" && (figure !== undefined || /<script\b/i.test(text))) continue;
    kept[type] = splitLines(withoutVolatile(text));
  }
  return kept;
}

/** Streams side by side as two texts: which of them came first is chance, for they reach us on two ways. */
function mergeStreams(outputs: readonly OutputJson[]): OutputJson[] {
  const merged: OutputJson[] = [];
  for (const output of outputs) {
    const run = trailingStreams(merged);
    const same = output.output_type === "stream" ? run.find(({ name }) => name === output.name) : undefined;
    if (same) same.text = wholeText(same.text) + wholeText(output.text);
    else merged.push({ ...output });
    if (output.output_type === "stream" && run.length === 1 && !same && output.name === "stderr") {
      merged.splice(-2, 2, merged[merged.length - 1], merged[merged.length - 2]); // warnings stand before what is printed
    }
  }
  return merged;
}

function trailingStreams(outputs: OutputJson[]): OutputJson[] {
  const others = outputs.map(({ output_type }) => output_type !== "stream");
  return outputs.slice(others.lastIndexOf(true) + 1);
}

/** Numbers at the figure's precision; text, colours and shape as they are. */
export function rounded(value: unknown): unknown {
  if (typeof value === "number") return Number(value.toPrecision(digits));
  if (Array.isArray(value)) return value.map(rounded);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, rounded(item)]));
}
