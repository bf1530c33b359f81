/** One subcommand of `align`. A command parses, calls the library, prints and returns its exit code; it holds no logic. */
export interface Command {
  name: string;
  /** One line for `align --help`. */
  summary: string;
  /** The whole text of `align NAME --help`. */
  help: string;
  /** The text for `align NAME … --help` with further arguments, where they change it; otherwise `help` stands. */
  helpFor?(argv: string[]): string;
  /** @returns the exit code: 0 done, 1 the checked thing failed, 2 bad usage or unreadable input */
  run(argv: string[]): Promise<number>;
}
