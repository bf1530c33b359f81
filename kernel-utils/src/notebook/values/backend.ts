import type { BackendReport } from "../../tensor";
import type { MimeBundle } from "../display";
import { factsBundle } from "../display/rich/htmlTable";

export const backendBrief = ({ chosen }: BackendReport): string => `Backend ${chosen}`;

/** What computes on this machine, and why nothing better does: the answer differs from machine to machine. */
export const backendBundle = (report: BackendReport): MimeBundle => ({
  ...factsBundle(
    backendBrief(report),
    [
      ["what it is", report.description],
      ...report.passedOver.map(
        ({ name, reason, remedy }) => [`not ${name}`, [reason, remedy].filter(Boolean).join("; ")] as const,
      ),
    ],
    report.notes,
  ),
  "text/plain": String(report),
});
