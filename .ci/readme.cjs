/** The commands the README gives a reader: its fenced blocks marked `sh`, in order. Other blocks are not commands. */
const fs = require("node:fs");

function readmeBlocks(file) {
  const blocks = [...fs.readFileSync(file, "utf8").matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block]) => block);
  if (blocks.length === 0)
    throw new Error(`${file}: no \`\`\`sh blocks found; the README must give its commands in them`);
  return blocks;
}

module.exports = { readmeBlocks };
