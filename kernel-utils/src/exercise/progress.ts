import { messageOf } from "../errors";
import { html, table } from "../notebook/display";
import { type Entries, progressPath } from "./progressFile";
import { currentProgress, note } from "./progressStore";
import { exerciseSpecs, notebookOf } from "./registry";

/** Shows how far the learner is: a row for each exercise of the course. Deleting the file it names starts again. */
export function progress(): void {
  const file = progressPath();
  if (file === undefined) {
    const text = "No progress is kept here: the run is headless, or there is no course folder above this one.";
    html(`<p>${text}</p>`, { text });
    return;
  }
  table(progressRows(read(file)), { caption: `Your exercises; kept in ${file}` });
}

function read(file: string): Entries {
  try {
    return currentProgress(file);
  } catch (error) {
    note(`progress: ${file} cannot be read: ${messageOf(error)}; the next check keeps it aside and begins a new one`);
    return {};
  }
}

export const progressRows = (entries: Entries): Record<string, string | number>[] =>
  exerciseSpecs.map(({ id, hints }) => {
    const entry = entries[id];
    return {
      exercise: id,
      notebook: notebookOf(id),
      status: entry?.status ?? "not attempted",
      tries: entry?.tries ?? 0,
      "hints used": `${entry?.hintsUsed ?? 0} of ${hints.length}`,
      "mistakes seen": entry?.mistakes.join(", ") ?? "",
      "last tried": localTime(entry?.lastTried),
      "last passed": localTime(entry?.lastPassed),
    };
  });

/** To the minute, as the learner's clock shows it. */
function localTime(iso: string | undefined): string {
  const at = new Date(iso ?? Number.NaN);
  if (Number.isNaN(at.getTime())) return "";
  const shifted = new Date(at.getTime() - at.getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 16).replace("T", " ");
}
