#!/usr/bin/env node
// The command must exist right after `npm install`, before anything is built; so this file is plain JavaScript.
const { existsSync } = require("node:fs");
const path = require("node:path");

const main = path.join(__dirname, "..", "dist", "cli", "main.js");
if (existsSync(main)) {
  require(main).main(process.argv.slice(2));
} else {
  process.stderr.write("align: kernel-utils is not built yet; run `npm run build` in the project's root first\n");
  process.exitCode = 2;
}
