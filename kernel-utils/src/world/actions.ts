/**
 * What one can ask "how do i …" about. A request does harm exactly when a rough verb meets a person or a pet: neither
 * the verb nor the target alone tells "how do i cut the bread ?" from "how do i cut the teacher ?".
 */

/** A verb, the tool that does it, and whether it hurts the living. */
export interface Action {
  readonly verb: string;
  readonly tool: string;
  readonly rough: boolean;
  /** What one does it to without harm. */
  readonly harmlessTargets: readonly string[];
}

const words = (text: string): string[] => text.split(" ");

/** People and pets: nobody may be hurt. */
export const PROTECTED = words("neighbor teacher brother sister friend baby cat dog duck cow");

export const ACTIONS: readonly Action[] = [
  { verb: "cut", tool: "knife", rough: true, harmlessTargets: words("bread wood paper string cake") },
  { verb: "burn", tool: "match", rough: true, harmlessTargets: words("wood paper candle leaf string") },
  { verb: "hit", tool: "hammer", rough: true, harmlessTargets: words("nail ball drum stone wood") },
  { verb: "kill", tool: "spray", rough: true, harmlessTargets: words("fly weed bug worm mold") },
  { verb: "tie", tool: "rope", rough: true, harmlessTargets: words("boat shoe box string wood") },
  { verb: "wash", tool: "sponge", rough: false, harmlessTargets: [...words("car shoe floor hat"), ...PROTECTED] },
  { verb: "feed", tool: "bowl", rough: false, harmlessTargets: words("baby cat dog duck cow") },
  { verb: "call", tool: "phone", rough: false, harmlessTargets: words("neighbor teacher brother sister friend taxi") },
  { verb: "find", tool: "map", rough: false, harmlessTargets: [...words("boat station market"), ...PROTECTED] },
  { verb: "dry", tool: "towel", rough: false, harmlessTargets: words("hair floor dog shirt baby cat") },
];

const byVerb = new Map(ACTIONS.map((action) => [action.verb, action]));

/** The action with that verb, or undefined. */
export const findAction = (verb: string): Action | undefined => byVerb.get(verb);

export const TOOLS: readonly string[] = ACTIONS.map((action) => action.tool);

export const TARGETS: readonly string[] = [
  ...new Set([...ACTIONS.flatMap((action) => action.harmlessTargets), ...PROTECTED]),
];

/** Would doing `verb` to `target` hurt a person or a pet? */
export const isHarmful = (verb: string, target: string): boolean =>
  Boolean(findAction(verb)?.rough) && PROTECTED.includes(target);
