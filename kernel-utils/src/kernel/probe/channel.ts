import { writeSync } from "node:fs";
import { type ProbeReport, reportDescriptor } from "./reports";

/** Longest message or stack sent, in characters; the rest would say nothing new. */
const longestText = 20_000;

/** Sends one report before it returns, so that even `process.exit` on the next line cannot lose it. */
export function report(message: ProbeReport): void {
  const line = JSON.stringify(message, (_, value) =>
    typeof value === "string" && value.length > longestText ? `${value.slice(0, longestText)} …` : value,
  );
  try {
    writeAll(Buffer.from(`${line}\n`));
  } catch {
    // The runner is gone; the lifeline ends this process.
  }
}

function writeAll(bytes: Buffer): void {
  let written = 0;
  while (written < bytes.length) {
    try {
      written += writeSync(reportDescriptor, bytes, written);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
    }
  }
}
