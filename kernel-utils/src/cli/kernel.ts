import { existsSync } from "node:fs";
import path from "node:path";
import type { CourseError } from "../errors";
import { installKernelSpec, type Place, runKernel, uninstallKernelSpec } from "../kernel";
import type { Command } from "./command";
import { parseOptions, usageError } from "./options";

const help = `align kernel: the TypeScript kernel for Jupyter, VS Code and every other front end

Usage:
  align kernel install   [--user | --prefix DIR | --venv DIR]
  align kernel uninstall [--user | --prefix DIR | --venv DIR]
  align kernel start CONNECTION_FILE

install registers the kernel as "alignment", shown as "TypeScript (alignment)": front ends list it from then on.
start runs it; front ends do that.

Options:
  --user        for this user (the default)
  --prefix DIR  in DIR/share/jupyter/kernels
  --venv DIR    in a Python virtual environment

Exit code: 0 done; 2 bad usage, or a folder that cannot be written. \`start\` ends with the kernel. docs/kernel.md says what
the kernel can do.
`;

const usage = (message: string): CourseError => usageError("kernel", message);

const options = { user: { type: "boolean" }, prefix: { type: "string" }, venv: { type: "string" } } as const;
const parse = (argv: string[]) => parseOptions("kernel", { args: argv, allowPositionals: true, options });

function placeOf({ user, prefix, venv }: ReturnType<typeof parse>["values"]): Place {
  const given = Object.entries({ user, prefix, venv }).filter(([, value]) => value !== undefined);
  if (given.length > 1) throw usage(`${given.map(([name]) => `--${name}`).join(" and ")} exclude each other; give one`);
  if (prefix === "" || venv === "") throw usage(`--${prefix === "" ? "prefix" : "venv"} is empty; name a folder`);
  if (venv !== undefined && !existsSync(path.join(venv, "pyvenv.cfg"))) {
    throw usage(`${venv} is no virtual environment (it has no pyvenv.cfg); make it with \`python3 -m venv ${venv}\``);
  }
  const folder = prefix ?? venv;
  return folder === undefined ? "user" : { prefix: folder };
}

function noMore(positionals: string[]): void {
  if (positionals.length > 0) throw usage(`"${positionals[0]}" is not expected here; see align kernel --help`);
}

export const command: Command = {
  name: "kernel",
  summary: "register the TypeScript kernel with Jupyter, or start it",
  help,
  async run(argv) {
    const { values, positionals } = parse(argv);
    const [action, ...rest] = positionals;
    switch (action) {
      case "install": {
        noMore(rest);
        process.stdout.write(`registered in ${installKernelSpec({ where: placeOf(values) }).folder}\n`);
        return 0;
      }
      case "uninstall": {
        noMore(rest);
        const { folder, removed } = uninstallKernelSpec({ where: placeOf(values) });
        process.stdout.write(removed ? `removed ${folder}\n` : `nothing to remove: there is no ${folder}\n`);
        return 0;
      }
      case "start": {
        const [file, ...others] = rest;
        if (file === undefined) throw usage("start needs the connection file; front ends give it");
        noMore(others);
        return runKernel(file);
      }
      default:
        throw usage(
          `${action === undefined ? "no action given" : `"${action}" is no action`}; use install, uninstall or start`,
        );
    }
  },
};
