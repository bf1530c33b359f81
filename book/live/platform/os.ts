/** `node:os`, as far as a page tells. */
const gib = 2 ** 30;
const hints = globalThis.navigator as (Navigator & { deviceMemory?: number }) | undefined;

export const availableParallelism = (): number => 1;
/** Browsers tell at most 8, in GiB, or nothing. */
export const totalmem = (): number => (hints?.deviceMemory ?? 4) * gib;
export const freemem = (): number => totalmem() / 2;
export const cpus = (): { model: string }[] => [];
export const loadavg = (): number[] => [0, 0, 0];
export const hostname = (): string => "page";
export const tmpdir = (): string => "/tmp";
export const homedir = (): string => "/";
export const platform = (): string => "browser";
export const release = (): string => "";
export const arch = (): string => "wasm32";

export default {
  availableParallelism,
  totalmem,
  freemem,
  cpus,
  loadavg,
  hostname,
  tmpdir,
  homedir,
  platform,
  release,
  arch,
};
