/** Where rich output goes: the Jupyter kernel this process is, or a recorder everywhere else. */

/** One output in several formats, by MIME type; a front end shows the richest it knows. */
export type MimeBundle = Record<string, string>;

/** Names one display area, so that a later output can take its place. */
export interface DisplayTarget {
  id: string;
  /** True for every output after the first one with this id. */
  update: boolean;
}

export interface DisplayHost {
  readonly kind: "kernel" | "recording";
  publish(bundle: MimeBundle, target?: DisplayTarget): void;
}

/** Keeps what a notebook would have shown; tests and plain scripts read it back. */
export class RecordingHost implements DisplayHost {
  readonly kind = "recording";
  readonly outputs: MimeBundle[] = [];
  private readonly places = new Map<string, number>();

  publish(bundle: MimeBundle, target?: DisplayTarget): void {
    const place = target ? this.places.get(target.id) : undefined;
    if (place !== undefined) this.outputs[place] = bundle;
    else this.outputs.push(bundle);
    if (target && place === undefined) this.places.set(target.id, this.outputs.length - 1);
  }

  /** Everything in one format, joined: what a test searches. */
  all(mime: string): string {
    return this.outputs.flatMap((bundle) => bundle[mime] ?? []).join("\n");
  }
}

interface TslabMessage {
  data: MimeBundle;
  metadata: Record<string, never>;
  transient: { display_id?: string };
}
interface TslabJupyter {
  lastWriteDisplayData: ((message: TslabMessage, update: boolean) => void) | null;
}

/**
 * The protocol module of the tslab kernel that runs this very process, if one does. Looked up among the modules already
 * loaded: requiring tslab would cost a second and a compiler, and would answer "Not ready" outside a kernel.
 */
function runningTslab(): TslabJupyter | undefined {
  const file = Object.keys(require.cache ?? {}).find((name) => /[\\/]tslab[\\/]dist[\\/]jupyter\.js$/.test(name));
  const loaded = file ? (require.cache[file]?.exports as TslabJupyter | undefined) : undefined;
  return loaded?.lastWriteDisplayData ? loaded : undefined;
}

/** Publishes whole bundles; tslab's own `display` sends one format a message and so cannot carry a text alternative. */
function kernelHost(tslab: TslabJupyter): DisplayHost {
  return {
    kind: "kernel",
    publish: (data, target) =>
      tslab.lastWriteDisplayData?.(
        { data, metadata: {}, transient: target ? { display_id: target.id } : {} },
        target?.update ?? false,
      ),
  };
}

let chosen: DisplayHost | undefined;
let recorder: RecordingHost | undefined;

/** The host in use: the one set, else the running kernel, else one recorder for the process. */
export function displayHost(): DisplayHost {
  if (chosen) return chosen;
  const tslab = runningTslab();
  if (tslab) return kernelHost(tslab);
  recorder ??= new RecordingHost();
  return recorder;
}

/** Sends output elsewhere; `undefined` goes back to finding the host. @returns the host that was set before */
export function setDisplayHost(host: DisplayHost | undefined): DisplayHost | undefined {
  const before = chosen;
  chosen = host;
  return before;
}

/** Runs `show` and gives back what it displayed, without displaying it. */
export function recordDisplay(show: () => void): RecordingHost {
  const host = new RecordingHost();
  const before = setDisplayHost(host);
  try {
    show();
  } finally {
    setDisplayHost(before);
  }
  return host;
}
