import path from "node:path";

/** Why a backend cannot be had, and what to do about it. */
export class Unavailable extends Error {
  constructor(
    reason: string,
    readonly remedy: string,
  ) {
    super(reason);
    this.name = "Unavailable";
  }
}

/** Folders that hold a `node_modules` with optional backends, separated as in PATH: for those not installed beside the course. */
const extraFolders = (): string[] => (process.env.ALIGN_BACKEND_PATH ?? "").split(path.delimiter).filter(Boolean);

/** The file that `name` resolves to from ALIGN_BACKEND_PATH, where the user works or this package, if it is installed at all. */
export function installedFile(name: string): string | undefined {
  try {
    return require.resolve(name, { paths: [...extraFolders(), process.cwd(), __dirname] });
  } catch {
    return undefined;
  }
}
