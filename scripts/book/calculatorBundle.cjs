/**
 * Bundles the calculator's core, the float64 oracle above all, for browsers: book/.vitepress/theme/calculator/dist/oracle.js.
 * The formulas are shared with tensors, whose library must not come along; it would be 1 MB, and nothing here needs it.
 *
 *   node scripts/book/calculatorBundle.cjs     builds, and prints the size
 */
const path = require("node:path");
const { gzipSync } = require("node:zlib");

const root = path.join(__dirname, "../..");
const entry = path.join(root, "kernel-utils/src/book/reference/calculator/index.ts");
const outfile = path.join(root, "book/.vitepress/theme/calculator/dist/oracle.js");

/** Nothing in the sources happens on import, so what is not used can go, and with it the import of tensors. */
const withoutTensors = {
  name: "without-tensors",
  setup(build) {
    build.onResolve({ filter: /./ }, async ({ path: request, pluginData, ...rest }) => {
      if (pluginData === "resolving") return undefined;
      if (request.startsWith("@tensorflow/")) return { path: request, external: true, sideEffects: false };
      const { path: resolved, errors } = await build.resolve(request, { ...rest, pluginData: "resolving" });
      return errors.length > 0 ? { errors } : { path: resolved, sideEffects: false };
    });
  },
};

/** @returns the sizes of the bundle in bytes */
async function buildCalculator() {
  const esbuild = require(require.resolve("esbuild", { paths: [path.join(root, "kernel-utils")] }));
  const { outputFiles, metafile } = await esbuild.build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    format: "esm",
    platform: "browser", // an import of node: would be an error
    target: "es2022",
    minify: true,
    legalComments: "none",
    metafile: true,
    write: false,
    plugins: [withoutTensors],
  });
  const outside = Object.values(metafile.outputs).flatMap(({ imports }) => imports.map(({ path: name }) => name));
  if (outside.length > 0) throw new Error(`calculator: the bundle imports ${outside.join(", ")}; it must be whole`);
  const [{ contents }] = outputFiles;
  await require("../../kernel-utils/dist/writeAtomically").writeAtomically(outfile, contents);
  return { outfile, bytes: contents.length, gzipped: gzipSync(contents).length };
}

module.exports = { buildCalculator };

if (require.main === module) {
  buildCalculator().then(
    ({ bytes, gzipped }) => process.stdout.write(`calculator: ${bytes} bytes, ${gzipped} gzipped\n`),
    (error) => {
      process.stderr.write(`calculator: ${error.message}\n`);
      process.exitCode = 1;
    },
  );
}
