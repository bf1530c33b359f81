import type { Entry } from "../entry";

/** The reinforcement-learning family: KL estimates, advantages, clipped policy losses. */
export const reinforcementEntries: Record<string, Entry> = {};
