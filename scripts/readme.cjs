/** `npm run readme`: writes the table of notebooks into README.md from the notebooks themselves. */
const fs = require("node:fs");
const path = require("node:path");
const { readmeWithTable } = require("./notebookTable.cjs");

const file = path.join(__dirname, "..", "README.md");
fs.writeFileSync(file, readmeWithTable(fs.readFileSync(file, "utf8"), path.join(__dirname, "..", "notebooks")));
