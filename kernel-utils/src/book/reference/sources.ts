/** Reads what the reference pages are made of: the bibliography, the objectives' files, figures of parity, all that cites. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { CourseError } from "../../errors";
import { readNotebook } from "../../notebook/source/format";
import { oracleNames } from "../../objectives";
import { aboutObjective } from "../../objectives/oracle/about";
import { type Bibliography, bibliographyFile, type CitingText, parseBibliography } from "./bibliography";

export interface ReferenceSources {
  bibliography: Bibliography;
  /** Text of the objectives' files, by the name an about gives as its source. */
  objectives: Record<string, string>;
  /** Text of tests/parity/RESULTS.md; empty where it is not there. */
  parity: string;
  citing: CitingText[];
}

/** @param root folder of the project @throws CourseError naming a file that is not there or not in order */
export function referenceSources(root: string): ReferenceSources {
  const bibliography = parseBibliography(textOf(root, bibliographyFile), bibliographyFile);
  const folder = "kernel-utils/src/objectives";
  const objectives = Object.fromEntries(
    oracleNames.map((name) => {
      const { source } = aboutObjective(name);
      return [source, textOf(root, `${folder}/${source}.ts`)];
    }),
  );
  const results = "tests/parity/RESULTS.md";
  const parity = existsSync(path.join(root, results)) ? textOf(root, results) : "";
  return { bibliography, objectives, parity, citing: [...notebooksCiting(root), ...sourcesCiting(root, objectives)] };
}

function textOf(root: string, file: string): string {
  try {
    return readFileSync(path.join(root, file), "utf8");
  } catch (cause) {
    throw new CourseError("bad-file", `${file}: cannot be read; the reference pages are made from it`, { cause });
  }
}

/** A chapter as a whole, and its equations whose tag cites. */
function notebooksCiting(root: string): CitingText[] {
  const folder = path.join(root, "notebooks");
  const files = readdirSync(folder).filter((file) => /^[^.].*\.ipynb$/.test(file));
  return files.sort().flatMap((file) => {
    const chapter = file.replace(/\.ipynb$/, "");
    const { cells } = readNotebook(path.join(folder, file));
    const text = cells.map(({ source }) => source).join("\n\n");
    const tags = [...text.matchAll(/\\tag\*?\{\s*([a-z][\w.-]*)\s*,\s*(cited:[^}]*)\}/g)];
    const equations = tags.map(([, name, cited]): CitingText => ({ kind: "equation", name, chapter, text: cited }));
    return [{ kind: "chapter", name: chapter, text } satisfies CitingText, ...equations];
  });
}

/** The oracle's formulas and the headers of the objectives by objective; the library's other files by their place. */
function sourcesCiting(root: string, objectives: Record<string, string>): CitingText[] {
  const own = oracleNames.map((name): CitingText => {
    const { source } = aboutObjective(name);
    return { kind: "objective", name, text: joined(`${objectives[source]}\n${formulaText(root, name)}`) };
  });
  const base = path.join(root, "kernel-utils", "src");
  const others = ["exact", "model", "tensor", "training", "evaluation", "derivation"].flatMap((folder) =>
    readdirSync(path.join(base, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .map((file) => `${folder}/${file.split(path.sep).join("/")}`),
  );
  return [
    ...own,
    ...others.map((file): CitingText => ({ kind: "source", name: file, text: joined(textOf(base, file)) })),
  ];
}

/** A comment's lines as one: a name may stand at the end of a line and its year on the next. */
const joined = (source: string): string => source.replace(/\n\s*\*\s/g, " ");

/** What `--help` prints of a family: its variants stand in files of their own, with their sources. */
const families: Record<string, readonly string[]> = {
  dpo: ["dpoVariants", "divergences"],
  ppo: ["clippedRatio"],
  grpo: ["groupAdvantages", "clippedRatio"],
};

const formulaText = (root: string, name: string): string =>
  (families[name] ?? []).map((file) => textOf(root, `kernel-utils/src/objectives/${file}.ts`)).join("\n");
