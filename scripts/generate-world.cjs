/** `npm run world`: writes data/ from the seeds in worldData.cjs, each file through a temporary one, and its data card. */
const fs = require("node:fs/promises");
const path = require("node:path");
const { writeDocuments, writeRecords } = require("kernel-utils");
const { makeWorldData } = require("./worldData.cjs");
const { dataCard } = require("./worldCard.cjs");

async function writeText(file, text) {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    await fs.writeFile(temporary, text, { flush: true });
    await fs.rename(temporary, file);
  } finally {
    await fs.rm(temporary, { force: true });
  }
}

/** Writes every file of the world into `folder`; gives their names and sizes in bytes. */
async function generateWorld(folder) {
  const data = makeWorldData();
  await fs.mkdir(folder, { recursive: true });
  for (const { name, kind, records } of data.files) {
    const file = path.join(folder, name);
    if (kind === "document") await writeDocuments(file, records);
    else await writeRecords(kind, file, records);
  }
  await writeText(path.join(folder, "README.md"), dataCard(data));
  const names = [...data.files.map(({ name }) => name), "README.md"];
  return Promise.all(names.map(async (name) => ({ name, bytes: (await fs.stat(path.join(folder, name))).size })));
}

async function main() {
  const written = await generateWorld(path.join(__dirname, "..", "data"));
  for (const { name, bytes } of written) process.stdout.write(`${name.padEnd(28)}${String(bytes).padStart(8)} bytes\n`);
}

if (require.main === module) {
  main().catch((error) => {
    process.stderr.write(`world: ${error.message}\n`);
    process.exitCode = 1;
  });
}

module.exports = { generateWorld };
