/** The page of parity with TRL, by objective of ours. */
export interface ParityRow {
  theirs: string;
  ours: string;
  note?: string;
  /** TRL's loss on the compared rows, and how far ours is from it; from the first table. */
  loss?: string;
  difference?: string;
}

/** The rows of tests/parity/RESULTS.md whose "ours" begins with that objective. */
export function parityRows(results: string, name: string): ParityRow[] {
  const rows = results
    .split("\n")
    .filter((line) => line.startsWith("| ") && !line.startsWith("| ---") && !line.startsWith("| TRL |"))
    .map((line) =>
      line
        .slice(2, line.lastIndexOf("|"))
        .split(" | ")
        .map((cell) => cell.trim()),
    );
  const own = rows.filter(([, ours = ""]) => ours.startsWith(`\`${name}\``));
  const figures = own.filter((row) => row.length > 3);
  const notes = new Map(own.filter((row) => row.length === 3).map(([theirs, , note]) => [theirs, note]));
  return figures.map(([theirs, ours, loss, difference]) => ({
    theirs,
    ours,
    loss,
    difference,
    note: notes.get(theirs),
  }));
}
