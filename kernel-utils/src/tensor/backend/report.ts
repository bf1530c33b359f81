/** The backends this package knows, best first. */
export const backendNames = ["tensorflow", "webgpu", "wasm", "cpu"] as const;
export type BackendName = (typeof backendNames)[number];

/** A backend that was not taken. */
export interface PassedOver {
  name: BackendName;
  /** Why not. */
  reason: string;
  /** What to do to get it; empty where the reason says it. */
  remedy: string;
}

export const whyNot = ({ reason, remedy }: Pick<PassedOver, "reason" | "remedy">): string =>
  remedy === "" ? reason : `${reason}; ${remedy}`;

/** Which backend computes, and why not a better one. */
export class BackendReport {
  constructor(
    readonly chosen: BackendName,
    /** What it is, in a few words. */
    readonly description: string,
    readonly passedOver: PassedOver[],
    /** All that decides the bits of its results; stands in the record of every run. */
    readonly identity: string = chosen,
    /** What could be faster, and how. */
    readonly notes: string[] = [],
  ) {}

  /** One line for the choice, and one for each better backend that was passed over and for each note. */
  toString(): string {
    const passed = this.passedOver.map(({ name, ...failure }) => `  not ${name}: ${whyNot(failure)}`);
    return [`backend ${this.chosen}: ${this.description}`, ...passed, ...this.notes.map((note) => `  ${note}`)].join(
      "\n",
    );
  }
}
