/** Runs the site's generator in a process of its own and turns what it says into one line. */
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";
import { CourseError, messageOf } from "../../errors";
import { writeAtomically } from "../../writeAtomically";
import { withoutAnsi } from "../escape";

export interface GeneratorOptions {
  /** Folder of the site's configuration and theme. */
  book: string;
  /** Folder of the pages. */
  source: string;
  out: string;
  /** Folder that keeps the generator's own cache and its log. */
  cache: string;
  /** Address the site will stand at, with a slash at both ends. */
  base: string;
  signal?: AbortSignal;
}

/** Something wrong on a page: its file, and the line below its front matter where that is known. */
export interface PageProblem {
  page: string;
  line?: number;
  message: string;
}

/** The generator failed; `problems` says on which pages, if it was about a page. */
export class GeneratorError extends Error {
  constructor(
    message: string,
    readonly problems: readonly PageProblem[],
  ) {
    super(message);
  }
}

function generatorOf(book: string): string {
  const require = createRequire(path.join(book, "package.json"));
  try {
    return path.join(path.dirname(require.resolve("vitepress/package.json")), "bin", "vitepress.js");
  } catch (cause) {
    const message = `align book: VitePress is not installed (${messageOf(cause).split(";")[0]}); run "npm install"`;
    throw new CourseError("bad-file", message, { cause });
  }
}

/** @throws GeneratorError with what was wrong on which page; CourseError when it cannot run at all */
export async function runGenerator({ book, source, out, cache, base, signal }: GeneratorOptions): Promise<void> {
  const env = { ...process.env, ALIGN_BOOK_SOURCE: source, ALIGN_BOOK_OUT: out, ALIGN_BOOK_CACHE: cache };
  const child = spawn(process.execPath, [generatorOf(book), "build", book], {
    env: { ...env, ALIGN_BOOK_BASE: base, NODE_ENV: "production" },
    stdio: ["ignore", "pipe", "pipe"],
    signal,
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", (error) => (signal?.aborted ? resolve(null) : reject(error)));
    child.on("close", (status) => resolve(status));
  });
  if (signal?.aborted) throw new CourseError("kernel", "align book: interrupted; nothing was written");
  if (code === 0) return;
  const log = path.join(cache, "build.log");
  await writeAtomically(log, withoutAnsi(said));
  throw new GeneratorError(`${firstError(withoutAnsi(said))}; the whole log is ${log}`, problemsIn(withoutAnsi(said)));
}

/** Lines that the site's own Markdown rules write, and VitePress' report of dead links. */
export function problemsIn(said: string): PageProblem[] {
  const own = [...said.matchAll(/align-book-problem: (\S+?\.md):(\d+): (.+)/g)].map(([, page, line, message]) => {
    return { page, line: Number(line), message };
  });
  const dead = [...said.matchAll(/Found dead link (\S+) in file (\S+?\.md)/g)].map(([, link, page]) => {
    return { page, message: `the link ${link} leads nowhere` };
  });
  return [...own, ...dead].filter(
    ({ page, message }, i, all) => all.findIndex((one) => one.page === page && one.message === message) === i,
  );
}

/** What VitePress says below "build error:", or else whatever line speaks of an error. */
function firstError(said: string): string {
  const lines = said.split("\n").map((line) => line.trim());
  const after = lines.slice(lines.findIndex((line) => /^build error:?$/i.test(line)) + 1);
  return after.find((line) => line !== "") ?? "VitePress failed without a word";
}
