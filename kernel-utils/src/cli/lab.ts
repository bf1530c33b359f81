import path from "node:path";
import { parseArgs } from "node:util";
import { CourseError, messageOf } from "../errors";
import { installKernelSpec } from "../kernel";
import { projectRoot } from "../projectRoot";
import type { Command } from "./command";

const help = `align lab: JupyterLab on the course, set up on first use

Usage:
  align lab [--notebook NAME] [--port N] [--no-browser] [--use-existing]
  align lab --install-only

The first call makes the project's virtual environment .venv (Python 3.9 or newer), installs JupyterLab 4 into it as pinned
in jupyter/requirements.txt, and registers the course's TypeScript kernel there; nothing outside the project is touched. Later
calls start at once. Opens the table of contents in the browser; Ctrl-C ends JupyterLab and its kernels.

Options:
  --notebook NAME   open this notebook: 06-dpo, 06, dpo, or its file
  --port N          exactly this port; otherwise the first free one from 8888
  --no-browser      only print the address
  --use-existing    start the JupyterLab (4 or newer) that is on the PATH, and install none
  --install-only    set everything up, start nothing

Exit code: 0 ended by Ctrl-C, or set up; 1 JupyterLab ended by itself with an error; 2 bad usage, or it cannot be set up.
`;

const options = {
  notebook: { type: "string" },
  port: { type: "string" },
  "no-browser": { type: "boolean" },
  "use-existing": { type: "boolean" },
  "install-only": { type: "boolean" },
} as const;

function parse(argv: string[]) {
  try {
    return parseArgs({ args: argv, options }).values;
  } catch (error) {
    throw new CourseError("usage", `align lab: ${messageOf(error)}; see align lab --help`);
  }
}

function requireProject(): string {
  const project = projectRoot();
  if (project !== undefined) return project;
  const message = `align lab: ${process.cwd()} is in no project (a folder with notebooks/ and package.json); call it there`;
  throw new CourseError("usage", message);
}

const say = (line: string): boolean => process.stdout.write(`${line}\n`);

/** Steps on lines of their own; details on one line that is written over, where that is possible. */
const show = {
  step: (line: string): boolean => process.stderr.write(`${clear}${line}\n`),
  detail: (line: string): void => {
    if (process.stderr.isTTY) process.stderr.write(`${clear}  ${line.slice(0, 70)}`);
  },
};
const clear = process.stderr.isTTY ? "\r\u001b[K" : "";

export const command: Command = {
  name: "lab",
  summary: "JupyterLab on the course, set up on first use",
  help,
  async run(argv) {
    const values = parse(argv);
    const project = requireProject();
    const lab = await import("../lab");
    const page = lab.startPage(project, values.notebook);
    const chosen = await lab.choosePort(values.port);
    const existing = values["use-existing"] ? lab.existingJupyter() : undefined;
    const environment = existing ? undefined : await lab.prepareEnvironment(project, show);
    const prefix = environment?.folder ?? path.join(project, ".cache", "lab");
    const kernel = installKernelSpec({ where: { prefix } });
    if (values["install-only"]) {
      say(`everything is set up (the kernel in ${kernel.folder}); npm run lab starts JupyterLab`);
      return 0;
    }
    const jupyter = existing ?? lab.projectJupyter(environment as NonNullable<typeof environment>);
    if (chosen.insteadOf) say(`port ${chosen.insteadOf} is in use (another JupyterLab?); taking ${chosen.port}`);
    const server = new lab.LabServer(jupyter, {
      ...{ project, page, port: chosen.port },
      opensBrowser: !values["no-browser"],
      dataFolders: [path.join(kernel.folder, "..", "..")],
    });
    return lab.serve(server, {
      ready() {
        say(`JupyterLab ${jupyter.version} (${jupyter.from}) with the TypeScript kernel: ${page}`);
        say(`  ${server.url}`);
        say("Ctrl-C here ends it and its kernels.");
      },
      stopping: () => say("\nending JupyterLab and its kernels … (Ctrl-C again: at once)"),
    });
  },
};
