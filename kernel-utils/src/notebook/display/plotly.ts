import fs from "node:fs";
import path from "node:path";
import { CourseError } from "../../errors";
import { scriptForHtml } from "./escape";

/** Three folders up is the package, from src/notebook/display and from dist/notebook/display alike. */
const asset = path.resolve(__dirname, "../../../dist/assets/plotly.min.js");

/** The figure that carries the library in this process; drawn again, it must carry it again. */
let carrier: string | undefined;

/**
 * The script element with the plotting library for the first figure of a process, "" for the later ones: five megabytes
 * once, so that a saved notebook opens without a network. Running the first figure's cell again replaces its output, so
 * that figure, known by its `key`, gets the library every time.
 */
export function plotlyScript(key: string): string {
  if (carrier !== undefined && carrier !== key) return "";
  carrier = key;
  return `<script>if(!window.Plotly){(function(module,exports,define){${readAsset()}\n}).call(window)}</script>`;
}

/** Forgets which figure carries the library, as a fresh process would. */
export function resetPlotly(): void {
  carrier = undefined;
}

function readAsset(): string {
  try {
    return scriptForHtml(fs.readFileSync(asset, "utf8"));
  } catch (cause) {
    throw new CourseError("bad-file", `plot: ${asset} cannot be read; run "npm run build"`, { cause });
  }
}
