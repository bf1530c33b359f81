/** What the workers load beside their own code. */
import { copyFile, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../../..");
const library = path.join(root, "kernel-utils");
const { resolve } = createRequire(path.join(library, "package.json"));
const ts = createRequire(path.join(library, "package.json"))("typescript");

/** @param out an existing folder */
export async function copyAssets(out) {
  await copyFile(path.join(library, "dist", "kernels.wasm"), path.join(out, "kernels.wasm"));
  const stock = path.dirname(resolve("@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm"));
  for (const name of ["tfjs-backend-wasm.wasm", "tfjs-backend-wasm-simd.wasm"]) {
    await copyFile(path.join(stock, name), path.join(out, name));
  }
  await writeFile(path.join(out, "declarations.json"), JSON.stringify(await declarations()));
}

/** What a notebook imports, and the globals that it sees. */
const entry = ['import "@tensorflow/tfjs";', 'import "kernel-utils";', 'import "node:fs";', 'import "node:path";'].join(
  "\n",
);

/** Every declaration file that a notebook's types rest on, with the package.json that lead there. */
async function declarations() {
  const name = path.join(root, "notebooks", "declarations.ts");
  const options = {
    ...{ strict: true, target: ts.ScriptTarget.ES2022, lib: ["lib.es2022.d.ts"], module: ts.ModuleKind.ESNext },
    ...{ moduleResolution: ts.ModuleResolutionKind.Node10, esModuleInterop: true, skipLibCheck: true, noEmit: true },
    ...{ types: ["node"], typeRoots: [path.join(root, "node_modules", "@types")] },
  };
  const host = ts.createCompilerHost(options);
  const read = new Set();
  const { readFile: readText, fileExists } = host;
  host.readFile = (file) => {
    if (file === name) return entry;
    read.add(file);
    return readText(file);
  };
  host.fileExists = (file) => file === name || fileExists(file);
  const program = ts.createProgram({ rootNames: [name], options, host });
  const wanted = [...program.getSourceFiles().map(({ fileName }) => fileName), ...read];
  const files = [...new Set(wanted)]
    .filter((file) => file !== name && /\.d\.[cm]?ts$|package\.json$/.test(file))
    .sort();
  const texts = await Promise.all(
    files.map(async (file) => [placeOf(file), shorten(file, await readFile(file, "utf8"))]),
  );
  return Object.fromEntries(texts);
}

/** Where a page's disk has it; the workspace's link to the library is a folder there. */
function placeOf(file) {
  const place = path.relative(root, file).split(path.sep).join("/");
  return place.replace(/^kernel-utils\//, "node_modules/kernel-utils/");
}

/** Only what resolves a package; and declarations without comments, which the check does not read. */
function shorten(file, text) {
  if (file.endsWith(".json")) {
    const { name, version, main, module, types, typings, exports, typesVersions } = JSON.parse(text);
    return JSON.stringify({ name, version, main, module, types, typings, exports, typesVersions });
  }
  return withoutComments(text);
}

/** Keeps `/// <reference …>`, which are comments by their look only, and every line break. */
function withoutComments(text) {
  const scanner = ts.createScanner(ts.ScriptTarget.ES2022, false, ts.LanguageVariant.Standard, text);
  let out = "";
  for (let token = scanner.scan(); token !== ts.SyntaxKind.EndOfFileToken; token = scanner.scan()) {
    const part = scanner.getTokenText();
    if (token === ts.SyntaxKind.SingleLineCommentTrivia) out += /^\/\/\/\s*</.test(part) ? part : "";
    else if (token === ts.SyntaxKind.MultiLineCommentTrivia) out += part.includes("\n") ? "\n" : " ";
    else if (token === ts.SyntaxKind.WhitespaceTrivia) out += " ";
    else out += part;
  }
  return out.replace(/ *\n\s*/g, "\n");
}
