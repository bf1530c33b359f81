/** Tensors show themselves: shape, dtype, some of the values, and what is known of all of them. */
import * as tf from "@tensorflow/tfjs";
import type { MimeBundle } from "../display";
import { formatValue } from "../display/formatValue";
import { paragraph, tableHtml, tableText } from "../display/rich/htmlTable";
import { canReadAtOnce, type Glance, glanceAt, type Matrix } from "./tensorValues";

export const tensorBrief = (tensor: tf.Tensor): string => {
  const shape = tensor.rank === 0 ? "scalar" : `[${tensor.shape.join(", ")}]`;
  const what = tensor instanceof tf.Variable ? "Variable" : "Tensor";
  return `${what} ${tensor.dtype} ${shape}${tensor.isDisposed ? ", disposed: its values are gone" : ""}`;
};

/** A promise only where the backend cannot be read at once. */
export function tensorBundle(tensor: tf.Tensor, readsAtOnce = canReadAtOnce()): MimeBundle | Promise<MimeBundle> {
  const heading = tensorBrief(tensor);
  if (tensor.isDisposed) return sentence(heading);
  if (tensor.size === 0) return sentence(`${heading}: no values`);
  const glance = glanceAt(tensor, readsAtOnce);
  const bundleOf = (seen: Glance): MimeBundle =>
    tensor.rank === 0 ? sentence(`${heading}: ${cell(seen.matrix.values[0][0])}`) : glanceBundle(heading, tensor, seen);
  return glance instanceof Promise ? glance.then(bundleOf) : bundleOf(glance);
}

const sentence = (text: string): MimeBundle => ({ "text/html": paragraph(text), "text/plain": text });

function glanceBundle(heading: string, tensor: tf.Tensor, { matrix, summary }: Glance): MimeBundle {
  const leading = tensor.shape.slice(0, -2);
  const which = leading.some((size) => size > 1) ? `; shown is [${leading.map(() => 0).join(", ")}, :, :]` : "";
  const caption = heading + which;
  const cells = matrix.values.map((row) => row.map(cell));
  const notes = summary.length > 0 ? [summary.map(([name, value]) => `${name} ${cell(value)}`).join(", ")] : [];
  const numeric = tensor.dtype !== "string";
  return {
    "text/html": tableHtml({
      caption,
      ...withIndices(matrix, cells, tensor.rank, numeric),
      hasRowHeadings: true,
      notes,
    }),
    "text/plain": plainText(caption, cells, tensor.rank, numeric, notes),
  };
}

const cell = (value: unknown): string => formatValue(value, 4);

/** Row and column numbers as headings; "…" stands where some are left out. */
function withIndices({ rows, columns }: Matrix, cells: string[][], rank: number, numeric: boolean) {
  const corner = rank === 1 ? "index" : "row";
  return {
    columns: [corner, ...columns.map(String)],
    rows: cells.map((row, place) => [rank === 1 ? "value" : String(rows[place]), ...row]),
    numeric: [false, ...columns.map(() => numeric)],
  };
}

function plainText(caption: string, cells: string[][], rank: number, numeric: boolean, notes: string[]): string {
  if (rank === 1) return [`${caption}: [${cells[0].join(", ")}]`, ...notes].join("\n");
  const [columns, ...rows] = cells.map((row) => ["", ...row]);
  return tableText({ caption, columns, rows, numeric: columns.map(() => numeric), notes });
}
