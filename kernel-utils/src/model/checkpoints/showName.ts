import { shown } from "../../errors";

/** A tensor's name: bare if it is an ordinary one, quoted and escaped if not. */
export const showName = (name: string): string => (/^[\w.-]{1,80}$/.test(name) ? name : shown(name));
