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

/** The file that `name` resolves to from where the user works or from this package, if it is installed at all. */
export function installedFile(name: string): string | undefined {
  try {
    return require.resolve(name, { paths: [process.cwd(), __dirname] });
  } catch {
    return undefined;
  }
}
