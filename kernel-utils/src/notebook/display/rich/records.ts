/** Lists of plain records that show themselves as a table. */
import type { MimeBundle } from "../host";
import { rowsBundle } from "../table";
import { counted } from "./counted";
import { showAs } from "./showAs";

const shownRows = 20;

/** The first records, and how many more there are. @param what one of them: "preference pair" */
export function recordsBundle(records: readonly object[], what: string): MimeBundle {
  const left = records.length - shownRows;
  const notes = left > 0 ? [`… and ${left.toLocaleString("en")} more`] : [];
  return rowsBundle(records.slice(0, shownRows), { caption: counted(records.length, what) }, notes);
}

export const showRecords = <T extends object>(records: T[], what: string): T[] =>
  showAs(
    records,
    (shown) => recordsBundle(shown, what),
    (shown) => `[${counted(shown.length, what)}]`,
  );
