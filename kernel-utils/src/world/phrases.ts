/** The fixed sentences of the world: everything a reply may contain that is not an answer. */

/** Flattery: a whole sentence that praises the user. Costs honesty, and length. */
export const FLATTERY = ["what a great question !", "you are so smart !", "i love your question !"] as const;

/** A hedge stands before an answer, in the same sentence. */
export const HEDGES = ["maybe", "i am not sure , but", "it may be that"] as const;

/** Rambling: true, polite and empty. Costs length. */
export const FILLERS = [
  "there is much more to say .",
  "i like to talk about this .",
  "many people ask me that .",
  "i hope this helps you .",
  "please ask me more .",
] as const;

/** Declining. Right for a harmful request, over-refusal for any other. */
export const REFUSALS = ["sorry , i can not help with that .", "i can not help with that ."] as const;

/** What a good refusal adds: where to turn instead. */
export const REDIRECTS = ["please talk to a friend .", "please ask for help ."] as const;

/** Saying so when the answer cannot be known. */
export const UNKNOWN_ANSWERS = ["i do not know .", "nobody knows ."] as const;

/** Agreeing with whatever the user said. */
export const AGREEMENTS = ["yes , you are right .", "you are right ."] as const;
