import { exitCode, type RunReport } from "./report";

/** The schema of `--json`; described in `align run --help`. */
export const jsonReport = (report: RunReport): string =>
  `${JSON.stringify({ schemaVersion: 1, exitCode: exitCode(report), ...report }, null, 2)}\n`;
