/** Runs cells in this process, over shared variables, as the kernel would: for what a notebook says by being run. */
import { CourseError, messageOf } from "../../errors";
import type { Cell } from "./format";
import { cellCode, runtimeName } from "./jest/cellCode";
import { MappedText } from "./jest/mappedText";

export interface RunOptions {
  /** How messages name the notebook. */
  path: string;
  /** Loads what the cells import. */
  load(name: string): unknown;
}

const silent = Object.fromEntries(["log", "info", "debug", "warn", "error"].map((name) => [name, () => undefined]));

/** @throws what a cell throws; errors name the notebook and the cell */
export async function runCells(cells: readonly Cell[], { path, load }: RunOptions): Promise<void> {
  const codes = cells.map((cell) => cellCode(cell, true));
  const names = [...new Set(codes.flatMap((code) => code.names))];
  const out = new MappedText().write(`"use strict";\n${names.length > 0 ? `let ${names.join(", ")};\n` : ""}`);
  for (const code of codes) code.writeFunctions(out);
  out.write("return (async () => {\n");
  codes.forEach((code, i) => {
    out.write(`${runtimeName}.at = ${i};\n{\n`);
    code.writeBody(out);
    out.write("}\n");
  });
  out.write("})();");
  const place = { at: 0, defaultOf, namespaceOf, load: (require: () => unknown) => Promise.resolve(require()) };
  try {
    await new Function(runtimeName, "require", "console", out.text)(place, load, silent);
  } catch (error) {
    const code = error instanceof CourseError ? error.code : "bad-notebook";
    throw new CourseError(code, `${path} [${cells[place.at]?.id}]: ${messageOf(error)}`, { cause: error });
  }
}

const defaultOf = (loaded: { __esModule?: boolean; default?: unknown }): unknown =>
  loaded?.__esModule ? loaded.default : loaded;

const namespaceOf = (loaded: unknown): unknown =>
  typeof loaded === "object" && loaded !== null && "__esModule" in loaded
    ? loaded
    : Object.assign({}, loaded, { default: loaded });
