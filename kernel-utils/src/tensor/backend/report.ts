/** The backends this package knows, best first. */
export const backendNames = ["tensorflow", "webgpu", "wasm", "cpu"] as const;
export type BackendName = (typeof backendNames)[number];

/** A backend that was not taken. */
export interface PassedOver {
  name: BackendName;
  /** Why not. */
  reason: string;
  /** What to do to get it. */
  remedy: string;
}

/** Which backend computes, and why not a better one. */
export class BackendReport {
  constructor(
    readonly chosen: BackendName,
    /** What it is, in a few words. */
    readonly description: string,
    readonly passedOver: PassedOver[],
  ) {}

  /** One line for the choice and one for each better backend that was passed over. */
  toString(): string {
    const passed = this.passedOver.map(({ name, reason, remedy }) => `  not ${name}: ${reason}; ${remedy}`);
    return [`backend ${this.chosen}: ${this.description}`, ...passed].join("\n");
  }
}
