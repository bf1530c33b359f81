/** Programs that take a while: run with their lines passed on, and their last lines kept for an error message. */
import { spawn } from "node:child_process";
import { CourseError } from "../errors";
import { readLines } from "../readLines";

/** How an installation says what it does: steps stay on the screen, details come and go where the screen can do that. */
export interface Show {
  step(line: string): void;
  detail(line: string): void;
}

export interface Ended {
  code: number;
  /** The last lines of what it said. */
  tail: string[];
}

const kept = 30;

/** Ends with its child when it is asked to end; 130 is what shells give for Ctrl-C. */
const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const leave = (): never => process.exit(130);

export function runShown(command: string, args: string[], onLine: (line: string) => void): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], windowsHide: true });
    const stop = (): void => void child.kill();
    process.once("exit", stop);
    for (const signal of signals) process.on(signal, leave);
    const tail: string[] = [];
    const hear = (line: string): void => {
      if (line.trim() === "") return;
      tail.push(line.trim());
      tail.splice(0, tail.length - kept);
      onLine(line);
    };
    for (const stream of [child.stdout, child.stderr]) void readLines(stream, hear);
    child.on("error", (error) =>
      reject(new CourseError("jupyter", `align lab: ${command} cannot be run: ${error.message}`)),
    );
    child.on("close", (code) => {
      process.off("exit", stop);
      for (const signal of signals) process.off(signal, leave);
      resolve({ code: code ?? 1, tail });
    });
  });
}
