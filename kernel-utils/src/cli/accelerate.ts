import { parseArgs } from "node:util";
import { CourseError, messageOf } from "../errors";
import type { Command } from "./command";

const help = `align accelerate: multiply matrices with a native library (BLAS), several times faster than WebAssembly

Usage:
  align accelerate [--blas FILE] [--no-install]

Looks for Accelerate, MKL and OpenBLAS where this project and this machine keep them, and checks each in a process of its
own: odd shapes, both transposes, against float64 arithmetic. Where none passes, installs SciPy's build of OpenBLAS from
PyPI into the project's virtual environment .venv (made if missing), which touches nothing else. Then measures products
with and without the library. From then on every program of the project uses it.

Options:
  --blas FILE     try this library instead
  --no-install    only look

Environment:
  ALIGN_BLAS      "auto" (default), "off", or the file of a library
  ALIGN_THREADS   threads of the tensor kernels: a number, or "auto" (default)

Exit code: 0 a library is in use; 1 none was found and nothing installed; 2 bad usage, or the installation failed.
`;

const options = { blas: { type: "string" }, "no-install": { type: "boolean" } } as const;

function parse(argv: string[]) {
  try {
    return parseArgs({ args: argv, options }).values;
  } catch (error) {
    throw new CourseError("usage", `align accelerate: ${messageOf(error)}; see align accelerate --help`);
  }
}

const say = (line: string): boolean => process.stdout.write(`${line}\n`);

/** Products with the library, and without, on the wasm backend. */
async function compare(file: string): Promise<void> {
  const { measureProducts, useBackend } = await import("../tensor");
  const { description } = await useBackend("wasm", { blas: file });
  const withLibrary = await measureProducts();
  await useBackend("wasm", { blas: "off" });
  const without = await measureProducts();
  say(description);
  say(`512 × 512 × 512: ${withLibrary.toFixed(0)} GFLOP/s with it, ${without.toFixed(0)} without`);
}

export const command: Command = {
  name: "accelerate",
  summary: "find or install a native library for matrix products",
  help,
  async run(argv) {
    const { blas, "no-install": noInstall } = parse(argv);
    const { findBlas, findBlasAt, installWheel, projectEnvironment, searchAgain } = await import("../tensor");
    if (blas !== undefined) {
      const { file, description } = await findBlasAt(blas);
      say(`found ${description}: ${file}`);
      await compare(file);
      say(`to use it, set ALIGN_BLAS=${file}`);
      return 0;
    }
    let { found, refused } = await findBlas();
    if (!found && noInstall) {
      for (const { file, reason } of refused) say(`not used: ${file}: ${reason}`);
      say("no native library that works was found; `npx align accelerate` installs one");
      return 1;
    }
    if (!found) {
      await installWheel(projectEnvironment(), (line) => process.stderr.write(`  ${line}\n`));
      ({ found, refused } = await searchAgain());
    }
    if (!found) {
      const reasons = refused.map(({ file, reason }) => `${file}: ${reason}`).join("; ");
      throw new CourseError("backend", `align accelerate: the installed library cannot be used: ${reasons}`);
    }
    say(`found ${found.description}: ${found.file}`);
    await compare(found.file);
    return 0;
  },
};
