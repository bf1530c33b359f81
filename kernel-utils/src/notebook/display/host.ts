/** Where rich output goes: the Jupyter kernel this process is, or a recorder everywhere else. */
import { runningKernel } from "./kernels";

/**
 * One output in several formats, by MIME type; a front end shows the richest it knows. JSON types (`application/json`,
 * `…+json`) hold plain objects, all others text.
 */
export type MimeBundle = Record<string, unknown>;

/** Said to a front end about an output: by MIME type, or under the key of whoever reads it. */
export type OutputMetadata = Record<string, unknown>;

/** Names one display area, so that a later output can take its place. */
export interface DisplayTarget {
  id: string;
  /** True for every output after the first one with this id. */
  update: boolean;
}

export interface DisplayHost {
  readonly kind: "kernel" | "recording";
  /** False where an output stays as it was first shown. Default true. */
  readonly canUpdate?: boolean;
  publish(bundle: MimeBundle, target?: DisplayTarget, metadata?: OutputMetadata): void;
}

/** Keeps what a notebook would have shown; tests and plain scripts read it back. */
export class RecordingHost implements DisplayHost {
  readonly kind = "recording";
  readonly outputs: MimeBundle[] = [];
  /** The metadata of each output; {} where none was given. */
  readonly metadata: OutputMetadata[] = [];
  private readonly places = new Map<string, number>();

  publish(bundle: MimeBundle, target?: DisplayTarget, metadata: OutputMetadata = {}): void {
    const place = (target && this.places.get(target.id)) ?? this.outputs.length;
    this.outputs[place] = bundle;
    this.metadata[place] = metadata;
    if (target) this.places.set(target.id, place);
  }

  /** Everything in one format, joined: what a test searches. */
  all(mime: string): string {
    return this.outputs.flatMap((bundle) => textOf(bundle[mime]) ?? []).join("\n");
  }
}

const textOf = (content: unknown): string | undefined =>
  content === undefined || typeof content === "string" ? content : JSON.stringify(content);

let chosen: DisplayHost | undefined;
let recorder: RecordingHost | undefined;

/** The host in use: the one set, else the running kernel, else one recorder for the process. */
export function displayHost(): DisplayHost {
  if (chosen) return chosen;
  const kernel = runningKernel();
  if (kernel) return kernel;
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
