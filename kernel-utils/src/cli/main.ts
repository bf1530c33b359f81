import { CourseError, messageOf } from "../errors";
import { nearestTo } from "../nearest";
import type { Command } from "./command";

/** Commands by name, loaded when called, so that `align --help` does not wait for a tensor backend. */
const commands: Record<string, () => Promise<{ command: Command }>> = {
  lab: () => import("./lab"),
  run: () => import("./run"),
  check: () => import("./check"),
  loss: () => import("./loss"),
  train: () => import("./train"),
  book: () => import("./book"),
  kernel: () => import("./kernel"),
  doctor: () => import("./doctor"),
  accelerate: () => import("./accelerate"),
  bench: () => import("./bench"),
};

export const commandNames = Object.keys(commands);

async function overview(): Promise<string> {
  const rows = await Promise.all(Object.values(commands).map(async (load) => (await load()).command));
  const lines = rows.map(({ name, summary }) => `  ${name.padEnd(10)} ${summary}`);
  return [
    "align: run, check and query the alignment notebooks",
    "",
    "Usage: align COMMAND [OPTIONS]    align COMMAND --help    (add --debug for the stack of an error)",
    "",
    ...lines,
    "",
  ].join("\n");
}

const withoutHelp = (argv: string[]): string[] => argv.filter((argument) => argument !== "--help" && argument !== "-h");

async function dispatch(name: string | undefined, argv: string[]): Promise<number> {
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    process.stdout.write(await overview());
    return name === undefined ? 2 : 0;
  }
  if (!Object.hasOwn(commands, name)) {
    const nearest = nearestTo(name, commandNames);
    const way = nearest ? `did you mean "align ${nearest}"?` : `known: ${commandNames.join(", ")}`;
    throw new CourseError("usage", `align: there is no command "${name}"; ${way}`);
  }
  const { command } = await commands[name]();
  if (argv.includes("--help") || argv.includes("-h")) {
    const help = command.helpFor?.(withoutHelp(argv)) ?? command.help;
    process.stdout.write(help.endsWith("\n") ? help : `${help}\n`);
    return 0;
  }
  return command.run(argv);
}

/** Entry of the command line: runs one command and turns what it throws into one line and exit code 2. */
export async function main(argv: string[]): Promise<void> {
  const debug = argv.includes("--debug");
  const [name, ...rest] = argv.filter((argument) => argument !== "--debug");
  // `align … | head` closes our output early; that is no error of ours.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 2));
  try {
    process.exitCode = await dispatch(name, rest);
  } catch (error) {
    process.exitCode = 2;
    process.stderr.write(`${describe(error, name)}\n`);
    if (debug && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  }
}

/** Our own errors already name the place; anything else is unexpected and says so. */
function describe(error: unknown, name = ""): string {
  if (error instanceof CourseError) return error.message;
  const isUsage = error instanceof TypeError && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS");
  if (isUsage) return `align ${name}: ${messageOf(error)} (see \`align ${name} --help\`)`;
  return `align ${name}: unexpected error: ${messageOf(error)} (add --debug for the stack)`;
}
