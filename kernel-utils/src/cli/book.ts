import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { buildBook, chapterSources, serveFolder } from "../book/build";
import type { CourseError } from "../errors";
import { projectRoot } from "../projectRoot";
import { Progress } from "../runner";
import { bookPages } from "./bookPages";
import type { Command } from "./command";
import { parseOptions, usageError } from "./options";

const help = `align book: the reading site, a static folder made from the executed notebooks

Usage:
  align book [--out DIR] [--base PATH] [--execute | --draft] [--serve [PORT]]

A chapter takes its outputs from the notebook where they belong to its sources, and otherwise executes it; executed
copies are kept in .cache/book/executed and used again until the notebook changes. The site needs no network, and any
static file server shows it.

Options:
  --out DIR        where the site goes; by default build/book in the project. An old site there is replaced at once, when
                   the new one is complete
  --base PATH      the path the site will stand at, for example /course/; by default /
  --execute        execute every notebook anew
  --draft          no outputs: minutes less, to look at the prose
  --serve [PORT]   show the finished site on this machine until Ctrl-C; by default on port 8080

Exit code: 0 built, or served and stopped; 2 bad usage, a notebook that cannot be read or fails, or a page that cannot be
built; nothing is written then.
`;

const options = {
  out: { type: "string" },
  base: { type: "string", default: "/" },
  execute: { type: "boolean", default: false },
  draft: { type: "boolean", default: false },
  serve: { type: "string" },
} as const;

const usage = (message: string): CourseError => usageError("book", message);

/** `--serve` may stand without a port, which parseArgs does not know. */
const withPort = (argv: string[]): string[] =>
  argv.flatMap((argument, i) =>
    argument === "--serve" && !/^\d/.test(argv[i + 1] ?? "") ? ["--serve", "8080"] : [argument],
  );

const parse = (argv: string[]) => parseOptions("book", { args: withPort(argv), options }).values;

function portOf(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port < 65536) return port;
  throw usage(`--serve is "${text}"; give a port from 0 to 65535`);
}

function baseOf(given: string): string {
  const base = `/${given.replace(/^\/+|\/+$/g, "")}/`.replace("//", "/");
  if (/^[\w/.~-]+$/.test(base)) return base;
  throw usage(`--base is "${given}"; give the path of the site's address, for example /course/`);
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

async function serve(out: string, base: string, port: number): Promise<void> {
  const server = await serveFolder(out, { base, port });
  process.stdout.write(`serving ${server.address} until Ctrl-C\n`);
  await new Promise<void>((resolve) => {
    for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => resolve());
  });
  await server.close();
}

async function run(argv: string[]): Promise<number> {
  const values = parse(argv);
  if (values.draft && values.execute)
    throw usage("--draft shows no outputs, --execute makes them; give one of the two");
  const base = baseOf(values.base);
  const port = values.serve === undefined ? undefined : portOf(values.serve);
  const root = projectRoot();
  if (root === undefined || !existsSync(path.join(root, "book", "package.json"))) {
    throw usage(`no project with notebooks/ and book/ here or above ${process.cwd()}; call it in the course's folder`);
  }
  const out = path.resolve(values.out ?? path.join(root, "build", "book"));
  checkOut(out, root);
  const names = readdirSync(path.join(root, "notebooks")).filter((name) => /^[^.].*\.ipynb$/.test(name));
  const started = Date.now();
  const notebooks = names.sort().map((name) => path.join(root, "notebooks", name));
  const sources = await chapterSources(notebooks, {
    cache: path.join(root, ".cache", "book", "executed"),
    execute: values.execute,
    draft: values.draft,
    listener: new Progress(process.stderr),
  });
  const report = await buildBook(sources, { root, out, base, ...(await bookPages(root, notebooks, values.draft)) });
  const shown = path.relative(process.cwd(), out) || ".";
  const seconds = ((Date.now() - started) / 1000).toFixed(0);
  process.stdout.write(
    `${shown}: ${report.pages} pages, ${megabytes(report.bytes)} (of it ${megabytes(report.figureBytes)} for interactive ` +
      `figures, loaded where one is looked at), built in ${seconds} s\n`,
  );
  if (port !== undefined) await serve(out, base, port);
  else
    process.stdout.write(`look at it: npx align book --serve, or python3 -m http.server --directory ${shown} 8080\n`);
  return 0;
}

/** A folder that is replaced must not be one that holds anything else. */
function checkOut(out: string, root: string): void {
  if (root === out || root.startsWith(out + path.sep)) {
    throw usage(`--out ${out} holds the project itself; give it a folder of its own`);
  }
  if (!existsSync(out) || existsSync(path.join(out, "hashmap.json")) || readdirSync(out).length === 0) return;
  throw usage(`--out ${out} holds something that is no site of ours; give an empty folder, or remove it first`);
}

export const command: Command = {
  name: "book",
  summary: "the reading site, built from the executed notebooks",
  help,
  run,
};
