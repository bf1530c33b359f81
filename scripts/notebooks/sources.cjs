/** `node scripts/notebooks/sources.cjs FILE`: a notebook's cells as text, for `git diff`; a file that is none, as it is. */
const fs = require("node:fs");

const text = fs.readFileSync(process.argv[2], "utf8");

function cellText({ cell_type, id, source, metadata = {} }) {
  const folded = metadata.jupyter?.source_hidden ? ", folded" : "";
  return `[${id}] ${cell_type}${folded}\n${[source].flat().join("")}\n`;
}

function shown() {
  try {
    return JSON.parse(text).cells.map(cellText).join("\n");
  } catch {
    return text; // a conflict in it, or no notebook: git shows what there is
  }
}

process.stdout.write(shown());
