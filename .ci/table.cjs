/** The lanes and their seconds, in the order in which they ended. */

/**
 * @param {{ name: string, status: string, seconds: number, passed: number, failed: number }[]} rows
 * @param {number} elapsedSeconds from the first lane's start to the last one's end
 * @param {number} slots
 */
function laneTable(rows, elapsedSeconds, slots) {
  const cells = rows.map(({ name, status, seconds, passed, failed }) => [
    ...[name, status, seconds.toFixed(0), String(passed), String(failed)],
  ]);
  const total = rows.reduce((sum, { seconds }) => sum + seconds, 0);
  const all = [["lane", "", "seconds", "passed", "failed"], ...cells];
  const widths = all[0].map((_, column) => Math.max(...all.map((row) => row[column].length)));
  const line = (row) => row.map((cell, i) => (i < 2 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join("  ");
  const sum = `${total.toFixed(0)} s of lanes in ${elapsedSeconds.toFixed(0)} s on ${slots} slots`;
  return [...all.map(line), sum].join("\n");
}

module.exports = { laneTable };
