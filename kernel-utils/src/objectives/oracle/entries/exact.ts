import type { Entry } from "../entry";

/** Policies, bounds and agreement measures that are computed exactly, without sampling. */
export const exactEntries: Record<string, Entry> = {};
