/** What a command tells GitHub Actions beside its output: lines that it marks in the files, and a page about the step. */
import { appendFileSync } from "node:fs";
import { messageOf } from "../errors";

/**
 * @param annotations workflow commands, a line each; GitHub shows the first ten of each level in a step
 * @param summary Markdown; a file that cannot be written costs the page, not the result
 */
export function tellGitHub(annotations: readonly string[], summary?: string): void {
  const { GITHUB_ACTIONS, GITHUB_STEP_SUMMARY } = process.env;
  if (!GITHUB_ACTIONS) return;
  if (annotations.length > 0) process.stdout.write(`${annotations.join("\n")}\n`);
  if (!GITHUB_STEP_SUMMARY || summary === undefined) return;
  try {
    appendFileSync(GITHUB_STEP_SUMMARY, `${summary}\n`);
  } catch (error) {
    process.stderr.write(`the step's summary could not be written: ${messageOf(error)}\n`);
  }
}
