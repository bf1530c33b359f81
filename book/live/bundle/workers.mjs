/** Bundles the two workers. The library is bundled from its own sources; only Node's modules are replaced. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const live = path.join(here, "..");
const root = path.join(live, "..", "..");
const sources = path.join(root, "kernel-utils", "src");
const requireFromLibrary = createRequire(path.join(root, "kernel-utils", "package.json"));
const { build } = requireFromLibrary("esbuild");

/** Node's modules by the file in platform/ that answers for them; absent.ts for those that no page can have. */
const platform = {
  fs: "fs",
  "fs/promises": "fsPromises",
  crypto: "crypto",
  os: "os",
  "timers/promises": "timersPromises",
  worker_threads: "absent",
  child_process: "absent",
  inspector: "absent",
  vm: "absent",
  util: "absent",
  readline: "absent",
};

const nodeModules = {
  name: "node-modules",
  setup(build) {
    build.onResolve(
      {
        filter:
          /^(node:)?(path|fs|crypto|os|timers|worker_threads|child_process|inspector|vm|util|readline)(\/promises)?$/,
      },
      ({ path: name }) => {
        const bare = name.replace(/^node:/, "");
        if (bare === "path") return { path: requireFromLive("path-browserify") };
        return { path: path.join(live, "platform", `${platform[bare] ?? "absent"}.ts`) };
      },
    );
    build.onResolve({ filter: /^\.\/(webgpu|tensorflow)$/ }, ({ importer }) =>
      importer.startsWith(path.join(sources, "tensor", "backend"))
        ? { path: path.join(live, "platform", "backends.ts") }
        : undefined,
    );
    build.onResolve({ filter: /^(koffi|zeromq|tslab)$/ }, () => ({ path: path.join(live, "platform", "absent.ts") }));
  },
};

const requireFromLive = createRequire(path.join(live, "x.js")).resolve;

/** Where each file of the library lies, as it would be told under Node; on the line of its first, so that lines stay. */
const folderNames = {
  name: "folder-names",
  setup(build) {
    build.onLoad({ filter: /kernel-utils[\\/]src[\\/].*\.ts$/ }, async ({ path: file }) => {
      const text = await readFile(file, "utf8");
      if (!text.includes("__dirname")) return undefined;
      const folder = path.posix.join(
        "/course/kernel-utils/dist",
        path.relative(sources, path.dirname(file)).split(path.sep).join("/"),
      );
      return { contents: `const __dirname = ${JSON.stringify(folder)}; ${text}`, loader: "ts" };
    });
  },
};

/** The digest of the package as built, in the place of the code that would read its files. */
const codeDigest = {
  name: "code-digest",
  setup(build) {
    build.onLoad({ filter: /course[\\/]codeDigest\.ts$/ }, () => {
      const { codeDigest } = requireFromLibrary("./dist/course/codeDigest.js");
      return { contents: `export const codeDigest = () => ${JSON.stringify(codeDigest())};`, loader: "ts" };
    });
  },
};

/** @param out folder for run.js and compile.js */
export async function buildWorkers(out) {
  const shared = {
    bundle: true,
    format: "iife",
    platform: "browser",
    target: "es2022",
    minify: true,
    keepNames: true, // names of errors and of the oracle's functions are shown to learners
    legalComments: "linked",
    metafile: true,
    define: { global: "globalThis" },
    inject: ["process.ts", "setImmediate.ts"].map((name) => path.join(live, "platform", name)),
    alias: { "kernel-utils": path.join(sources, "index.ts") },
    plugins: [nodeModules, codeDigest, folderNames],
    logLevel: "warning",
    nodePaths: [path.join(root, "node_modules")],
  };
  const entry = (name) => path.join(live, name, "index.ts");
  const run = await build({ ...shared, entryPoints: { run: entry("runner") }, outdir: out });
  const compile = await build({ ...shared, entryPoints: { compile: entry("compiler") }, outdir: out });
  return { run: run.metafile, compile: compile.metafile };
}
