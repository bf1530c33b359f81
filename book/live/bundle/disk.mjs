/** Files that notebooks read in a page: tables of results, ratings, and the models that would take minutes to train. */
import { spawnSync } from "node:child_process";
import { copyFile, mkdir, readdir, rm, stat, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";

/** Models that notebooks start from: stage and seed. */
const models = [
  ["base", 0],
  ["sft", 0],
];

/** Runs in a process of its own: products by our own kernels, whose bits a page repeats. */
const train = `
  const { courseModel, useBackend } = require("kernel-utils");
  (async () => {
    await useBackend("wasm");
    for (const [stage, seed] of JSON.parse(process.argv[1])) console.log((await courseModel(stage, { seed })).note);
  })();
`;

/** @param root the project's folder, @param out an existing folder; writes disk.json and disk/ */
export async function copyDisk(root, out) {
  const { cacheFolder } = createRequire(import.meta.url)(path.join(root, "kernel-utils/dist/course/courseModel.js"));
  const folders = models.map(([stage, seed]) => path.relative(root, cacheFolder(stage, seed, "wasm")));
  const missing = (await Promise.all(folders.map((folder) => exists(path.join(root, folder))))).includes(false);
  if (missing) trainModels(root);
  await rm(path.join(out, "disk"), { recursive: true, force: true });
  const listing = {};
  for (const folder of ["data/results", "data/ratings", ...folders]) {
    // No name that begins with a dot: servers of static files leave those out.
    const at = `disk/${folder.replace(/^\.cache\//, "")}`;
    await mkdir(path.join(out, at), { recursive: true });
    for (const name of (await readdir(path.join(root, folder))).filter((file) => !file.endsWith(".md"))) {
      await copyFile(path.join(root, folder, name), path.join(out, at, name));
      listing[`${folder}/${name}`] = { at: `${at}/${name}`, bytes: (await stat(path.join(out, at, name))).size };
    }
  }
  await writeFile(path.join(out, "disk.json"), JSON.stringify(listing));
}

const exists = (file) =>
  stat(file).then(
    () => true,
    () => false,
  );

function trainModels(root) {
  console.log("live pages: training the models that notebooks start from (once; a minute or two)");
  const env = { ...process.env, ALIGN_BLAS: "off" };
  const { status } = spawnSync(process.execPath, ["-e", train, JSON.stringify(models)], {
    cwd: root,
    env,
    stdio: "inherit",
  });
  if (status !== 0) throw new Error("live pages: the models could not be trained; see above");
}
