import { type ParseArgsConfig, parseArgs } from "node:util";
import { CourseError, messageOf } from "../errors";

/** What was wrong with a call. */
export const usageError = (command: string, message: string): CourseError =>
  new CourseError("usage", `align ${command}: ${message}`);

/** `parseArgs`, which says in one line what is wrong and which options there are. @throws CourseError `usage` */
export function parseOptions<T extends ParseArgsConfig & { options: object }>(
  command: string,
  config: T,
): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (error) {
    const known = Object.keys(config.options).map((name) => `--${name}`);
    const reason = messageOf(error).replace(/\. To specify a positional.*$/, "");
    throw usageError(command, `${reason}; options are ${known.join(", ")}`);
  }
}
