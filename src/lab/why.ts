import type { RevisionStatus } from "../model/object-status.js";
import { type LabCommand, type LabSession, ToolError } from "./lab-session.js";
import { decisionKey, whyLines } from "./why-lines.js";

/** Explains the last decision about a revision in a few sentences. */
export const whyCommand: LabCommand = {
  name: "why",
  usage: "why [SERVICE|REVISION]",
  summary: "explains why a revision has the pods it has, with the numbers",
  run(words, session) {
    const revisions = meant(words[0]?.text ?? null, session);
    const texts = revisions.map((revision) => {
      const key = decisionKey(revision);
      const decision = session.decisions.get(key) ?? null;
      return `${whyLines(revision, decision, session.panicTimes.get(key) ?? null, session.simulation).join("\n")}\n`;
    });
    session.print(texts.join("\n"));
    return 0;
  },
};

/** The revision of that name, those of the service with traffic or pods, or such of all services. @throws ToolError */
function meant(name: string | null, { simulation }: LabSession): readonly RevisionStatus[] {
  const objects = simulation.objects();
  const revisions = objects.revisions();
  if (name === null && revisions.length === 0) throw new ToolError("why: there is no revision yet\n");
  const named = revisions.filter((revision) => revision.name === name);
  if (named.length > 0) return named;
  const candidates = revisions.filter(({ service }) => name === null || service === name);
  if (candidates.length === 0) throw new ToolError(`why: there is no service or revision "${name}"\n`);
  const pods = objects.pods();
  const routed = objects.services().flatMap(({ traffic }) => traffic.map(({ revisionName }) => revisionName));
  const telling = candidates.filter(
    (revision) => routed.includes(revision.name) || pods.some((pod) => pod.revision === revision.name),
  );
  return telling.length > 0 ? telling : candidates;
}
