/** `npm run readme`: writes the tables of notebooks into README.md and the start page from the notebooks themselves. */
const fs = require("node:fs");
const path = require("node:path");
const { readmeWithTable, startPageWithTable } = require("./notebookTable.cjs");

const root = path.join(__dirname, "..");
const notebooks = path.join(root, "notebooks");
const write = (file, withTable) => fs.writeFileSync(file, withTable(fs.readFileSync(file, "utf8"), notebooks));

write(path.join(root, "README.md"), readmeWithTable);
write(path.join(notebooks, "README.md"), startPageWithTable);
