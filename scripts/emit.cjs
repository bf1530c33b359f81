/** Writes the test module of every notebook to .cache/emit, to read or debug what the notebooks lane really runs. */
const fs = require("node:fs");
const path = require("node:path");

const root = path.join(__dirname, "..");
const source = path.join(root, "kernel-utils", "dist", "notebook", "source");
if (!fs.existsSync(source)) {
  process.stderr.write("emit: kernel-utils is not built yet; run `npm run build` first\n");
  process.exit(2);
}
const { readNotebook } = require(path.join(source, "format.js"));
const { findNotebooks } = require(path.join(source, "checkNotebooks.js"));
const { moduleText } = require(path.join(source, "jest", "moduleText.js"));

const folder = path.join(root, ".cache", "emit");
const runtimePath = path.join(source, "jest", "runtime.js");
const named = process.argv.slice(2);

try {
  fs.mkdirSync(folder, { recursive: true });
  for (const file of findNotebooks(named.length > 0 ? named : [path.join(root, "notebooks")])) {
    const shownPath = path.relative(root, path.resolve(file));
    const notebook = { ...readNotebook(file), path: path.resolve(file) };
    const target = path.join(folder, `${path.basename(file, ".ipynb")}.test.ts`);
    const { text } = moduleText(notebook, { shownPath, runtimePath, cellTimeoutSeconds: 120 });
    fs.writeFileSync(target, `// @ts-nocheck\n${text}`);
    process.stdout.write(`${path.relative(process.cwd(), target)}\n`);
  }
} catch (error) {
  process.stderr.write(`emit: ${error.message}\n`);
  process.exit(2);
}
