/** The tree is the architecture: imports in kernel-utils/src go one way, and this test names the one that does not. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";

const root = path.join(__dirname, "../kernel-utils/src");

/** What each part may import, besides itself, `errors.ts` and Node. A missing entry is a part nobody gave a place. */
const mayImport: Record<string, string[]> = {
  "errors.ts": [],
  "escapeHtml.ts": [],
  "alignColumns.ts": [],
  "languageInfo.ts": [],
  "nearest.ts": [],
  "projectRoot.ts": [],
  "readLines.ts": [],
  "writeAtomically.ts": [],
  tensor: ["projectRoot.ts"],
  text: [],
  objectives: ["tensor", "nearest.ts", "alignColumns.ts"],
  exact: ["objectives"],
  data: ["text"],
  // Records show themselves as a table; the display knows nothing of the world.
  world: ["tensor/random.ts", "data", "notebook/display/rich/records.ts"],
  model: ["writeAtomically.ts", "tensor", "text"],
  // Progress is shown where the process runs, in a notebook as a bar; the display knows nothing of training.
  training: [
    "alignColumns.ts",
    "nearest.ts",
    "writeAtomically.ts",
    "tensor",
    "text",
    "model",
    "objectives",
    "data",
    "notebook/display",
  ],
  evaluation: ["tensor", "text", "model", "objectives", "data", "world", "training", "notebook/display"],
  course: ["projectRoot.ts", "tensor", "text", "model", "training", "world", "evaluation"],
  bench: ["tensor", "text", "model", "training", "evaluation"],
  "notebook/display": ["alignColumns.ts", "escapeHtml.ts"],
  derivation: ["tensor", "notebook/display"],
  exercise: ["tensor", "objectives", "derivation", "notebook/display", "projectRoot.ts", "writeAtomically.ts"],
  // These six know nothing of alignment: they would serve any notebooks.
  "notebook/committed": ["languageInfo.ts"],
  "notebook/source": ["nearest.ts", "notebook/committed"],
  kernel: ["languageInfo.ts", "readLines.ts"],
  lab: ["nearest.ts", "readLines.ts", "writeAtomically.ts"],
  runner: ["alignColumns.ts", "writeAtomically.ts", "kernel", "notebook/source"],
  "book/reference": ["book/escape.ts", "objectives", "derivation", "tensor/random.ts", "notebook/source"],
  // Why tensors and models show themselves without knowing it.
  "notebook/values": ["tensor", "text", "model", "world", "notebook/display"],
  // Pages from any such notebooks: what is known of exercises and of the course comes from its caller.
  book: ["escapeHtml.ts", "writeAtomically.ts", "notebook/committed", "notebook/source", "runner"],
  "notebook/index.ts": ["notebook/display", "notebook/values"],
  cli: ["*"],
  "index.ts": ["*"],
};

/** Packages that may be imported in some parts only: objectives stay pure, the compiler stays out of notebooks. */
const onlyIn: Record<string, string[]> = {
  "@tensorflow/tfjs": [
    "tensor",
    "objectives",
    "model",
    "training",
    "evaluation",
    "bench",
    "derivation",
    "exercise",
    "notebook/values",
  ],
  "@tensorflow/tfjs-backend-wasm": ["tensor"],
  "@tensorflow/tfjs-core": [], // the notebooks' own tfjs, or tensors of two libraries meet
  typescript: ["notebook/source", "kernel"],
  zeromq: ["runner", "kernel"],
  "node:fs": [
    "languageInfo.ts",
    "projectRoot.ts",
    "writeAtomically.ts",
    "course",
    "data",
    "model",
    "tensor",
    "training",
    "notebook/display",
    "notebook/source",
    "exercise",
    "kernel",
    "lab",
    "runner",
    "book",
    "book/reference",
    "cli",
  ],
};

interface Import {
  /** Paths from kernel-utils/src; a package by its name. */
  from: string;
  to: string;
  local: boolean;
}

const files = readdirSync(root, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .map((name) => name.split(path.sep).join("/"))
  .sort();
const textOf = (file: string): string => readFileSync(path.join(root, file), "utf8");

/** A folder of kernel-utils/src, a folder of notebook/, or a file of either; the book's reference pages know the course. */
const partOf = (file: string): string => {
  const [first, second] = file.split("/");
  return (first === "notebook" && second) || second === "reference" ? `${first}/${second}` : first;
};

const resolveLocal = (from: string, to: string): string => {
  const base = path.posix.join(path.posix.dirname(from), to);
  return [`${base}.ts`, `${base}/index.ts`].find((candidate) => files.includes(candidate)) ?? base;
};

const imports = files.flatMap((from): Import[] =>
  ts.preProcessFile(textOf(from), true, true).importedFiles.map(({ fileName }) => {
    const local = fileName.startsWith(".");
    return { from, to: local ? resolveLocal(from, fileName) : fileName, local };
  }),
);

const isAllowed = ({ from, to }: Import): boolean => {
  const [home, target] = [partOf(from), partOf(to)];
  const allowed = mayImport[home] ?? [];
  return (
    target === home || target === "errors.ts" || allowed.some((part) => part === "*" || part === target || part === to)
  );
};

const packageOf = (name: string): string => {
  if (name.startsWith("node:fs")) return "node:fs";
  return name
    .split("/")
    .slice(0, name.startsWith("@") ? 2 : 1)
    .join("/");
};

/** Does the file import from there only what is erased with the types? */
const isTypeOnly = (from: string, to: string): boolean => {
  const { statements } = ts.createSourceFile(from, textOf(from), ts.ScriptTarget.ES2022);
  const found = statements.flatMap((statement) => {
    if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) return [];
    const target = statement.moduleSpecifier;
    if (!target || !ts.isStringLiteral(target) || resolveLocal(from, target.text) !== to) return [];
    return [ts.isImportDeclaration(statement) ? statement.importClause?.isTypeOnly : statement.isTypeOnly];
  });
  return found.length > 0 && found.every((typeOnly) => typeOnly === true);
};

/** The files of one import cycle at run time, first and last the same; undefined if there is none. */
function findCycle(): string[] | undefined {
  const done = new Set<string>();
  const runtimeImports = imports.filter(({ from, to, local }) => local && !isTypeOnly(from, to));
  const visit = (file: string, trail: string[]): string[] | undefined => {
    if (trail.includes(file)) return [...trail.slice(trail.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const { to } of runtimeImports.filter(({ from }) => from === file)) {
      const cycle = visit(to, [...trail, file]);
      if (cycle) return cycle;
    }
    done.add(file);
    return undefined;
  };
  for (const file of files) {
    const cycle = visit(file, []);
    if (cycle) return cycle;
  }
  return undefined;
}

describe("kernel-utils/src", () => {
  it("has a place in the order for every part", () => {
    expect([...new Set(files.map(partOf))].filter((part) => !(part in mayImport))).toEqual([]);
  });

  it("imports one way", () => {
    const wrong = imports.filter((one) => one.local && !isAllowed(one));
    expect(wrong.map(({ from, to }) => `${from} imports ${to}; ${partOf(from)} may not know ${partOf(to)}`)).toEqual(
      [],
    );
  });

  it("keeps each package where it belongs", () => {
    const wrong = imports.filter(
      (one) => !one.local && !(onlyIn[packageOf(one.to)] ?? [partOf(one.from)]).includes(partOf(one.from)),
    );
    expect(
      wrong.map(({ from, to }) => `${from} imports ${to}; allowed in ${onlyIn[packageOf(to)].join(", ")}`),
    ).toEqual([]);
  });

  it("has no import cycle", () => {
    expect(findCycle()?.join(" -> ")).toBeUndefined();
  });

  it("has no file over 300 lines", () => {
    const long = files
      .map((file) => ({ file, lines: textOf(file).split("\n").length - 1 }))
      .filter(({ lines }) => lines > 300);
    expect(long.map(({ file, lines }) => `${file} has ${lines} lines; it holds two ideas`)).toEqual([]);
  });
});
