import { parseAtoi } from "../kube/go-parse.js";
import type { KnCommand } from "../kube/kn-command.js";
import { objectKey } from "../kube/manifest.js";
import type { ServiceObject } from "../kube/objects.js";
import { type EditedService, type ExistingService, editService } from "../kube/service-edit.js";
import { knFailure } from "./kn-failure.js";
import { presentService, waitUntilReady } from "./kn-wait.js";
import type { LabSession } from "./lab-session.js";

const NAMESPACE = "default";

type ServiceCommand = Extract<KnCommand, { readonly kind: "service" }>;
type Edited = Extract<EditedService, { readonly ok: true }>;
type Outcome = Edited["outcome"];

/** What kn says that it does, before it waits. */
const BEGINNINGS: Readonly<Record<Exclude<Outcome, "unchanged">, string>> = {
  created: "Creating service",
  replaced: "Replacing service",
  updated: "Updating Service",
  applied: "Applying service",
};

/**
 * `kn service create|update|apply`: changes the service, waits for it unless told not to, and says what came of it.
 *
 * @see knative/client pkg/commands/service/{create,update,apply}.go
 */
export async function runServiceEdit(command: ServiceCommand, line: string, session: LabSession): Promise<void> {
  const { edit } = command;
  const file = edit.file === null ? null : await session.manifests.service(edit.file);
  const name = command.service === "" && file !== null ? file.meta.name : command.service;
  const namespace = command.namespace ?? NAMESPACE;
  const tellOf = (error: string | null) => void session.simulation.apply({ kind: "ran", line, error });
  const edited = editedService({ ...command, service: name }, namespace, file, session);
  if (!edited.ok) {
    tellOf(edited.error);
    throw knFailure(edited.error);
  }
  if (edited.warning !== null) session.print(`Warning: ${edited.warning}\n`);
  const before = session.simulation.objects().service(name, namespace);
  if (edited.outcome !== "unchanged") applyObject(edited.object, session);
  tellOf(null);
  const text = outcomeText(edited, { name, namespace, waits: edit.wait.wait });
  if (text !== null) return session.print(text);
  if (edited.outcome === "unchanged") {
    session.print(`No changes to apply to service '${name}'.\n${availableText(session, name, namespace, "with")}`);
    return;
  }
  session.print(`${BEGINNINGS[edited.outcome]} '${name}' in namespace '${namespace}':\n\n`);
  waitUntilReady(session, { name, namespace }, edit.wait);
  const { latestReadyRevision } = presentService(session, name, namespace);
  const isSame = edited.outcome === "updated" && latestReadyRevision === before?.latestReadyRevision;
  session.print(`\n${availableText(session, name, namespace, isSame ? "with" : `${edited.outcome} to`)}`);
}

/** `kn service delete`: every name by itself; those that fail are told of together. */
export function runServiceDelete(
  command: Extract<KnCommand, { readonly kind: "service-delete" }>,
  session: LabSession,
): void {
  const namespace = command.namespace ?? NAMESPACE;
  deleteEach(command.services, (name) => {
    const line = `kn service delete ${name}`;
    const error = session.simulation.apply({ kind: "kn", line, command: { ...command, services: [name] } });
    if (error === null) session.print(`Service '${name}' successfully deleted in namespace '${namespace}'.\n`);
    return error;
  });
}

/** `kn revision delete`, by name or those that no route needs. */
export function runRevisionDelete(
  command: Extract<KnCommand, { readonly kind: "revision-delete" }>,
  session: LabSession,
): void {
  const namespace = command.namespace ?? NAMESPACE;
  const prunes = command.pruneAll || command.prune !== null;
  const names = prunes ? unreferenced(command.prune, namespace, session) : command.revisions;
  if (prunes && names.length === 0) return session.print("No unreferenced revisions found.\n");
  deleteEach(names, (name) => {
    const single = { ...command, revisions: [name], prune: null, pruneAll: false };
    const error = session.simulation.apply({ kind: "kn", line: `kn revision delete ${name}`, command: single });
    if (error === null) session.print(`Revision '${name}' deleted in namespace '${namespace}'.\n`);
    return error;
  });
}

/** Puts a Service into the cluster as it is; an image that is a well-known sample gets its behaviour first. */
export function applyObject(object: ServiceObject, session: LabSession): void {
  const sample = session.images.missingSample(object.template.image);
  if (sample !== null) {
    session.images.change(sample);
    session.simulation.apply({ kind: "set-app", app: sample });
  }
  const plan = { key: objectKey(object.meta), object, start: "new", app: null, traceId: null } as const;
  session.simulation.apply({ kind: "apply", file: "", services: [plan] });
}

function editedService(
  command: ServiceCommand,
  namespace: string,
  file: ServiceObject | null,
  session: LabSession,
): EditedService {
  const { simulation, random } = session;
  const oldError = oldTrafficError(command, session);
  if (oldError !== null) return { ok: false, error: oldError };
  return editService(command, existing(command.service, namespace, session), {
    config: simulation.config,
    namespace,
    nowUs: simulation.nowUs,
    epochSeconds: simulation.epochSeconds,
    file,
    randomIndex: (n) => Math.floor(random.uniform() * n),
  });
}

function existing(name: string, namespace: string, session: LabSession): ExistingService | null {
  const service = session.simulation.objects().service(name, namespace);
  if (service === null) return null;
  const { spec, generation, traffic, latestReadyRevision } = service;
  return { object: spec, generation, statusTraffic: traffic, latestReadyRevision };
}

/** What is said of a change that nobody waits for; null = there is something to wait for. */
function outcomeText(
  { outcome, specChanged }: Edited,
  { name, namespace, waits }: { readonly name: string; readonly namespace: string; readonly waits: boolean },
): string | null {
  if (outcome === "unchanged") return null;
  const said = `Service '${name}' ${outcome} in namespace '${namespace}'`;
  if (outcome === "updated" && !specChanged) return `${said}.\nNo new revision has been created.\n`;
  if (outcome === "replaced" && !specChanged) return `${said} (unchanged).\n`;
  return waits ? null : `${said}.\n`;
}

/** @param how `created to`, …; `with` = the latest revision is the one it was */
function availableText(session: LabSession, name: string, namespace: string, how: string): string {
  const { latestReadyRevision, url } = presentService(session, name, namespace);
  const unchanged = how === "with" ? " (unchanged)" : "";
  return `Service '${name}' ${how} latest revision '${latestReadyRevision ?? ""}'${unchanged} is available at URL:\n${url}\n`;
}

/** Until version 0.26 kn took no sum but 100, and completed nothing. */
function oldTrafficError({ edit }: ServiceCommand, { knVersion }: LabSession): string | null {
  if (knVersion !== "0.26" || edit.traffic.length === 0) return null;
  let sum = 0;
  for (const pair of edit.traffic) {
    const parsed = parseAtoi(pair.slice(pair.indexOf("=") + 1).replace(/%$/, ""));
    // Whatever else is wrong with a share is said first, as today.
    if (!parsed.ok || parsed.value < 0 || parsed.value > 100) return null;
    sum += parsed.value;
  }
  return sum === 100 ? null : `given traffic percents sum to ${sum}, want 100`;
}

function unreferenced(service: string | null, namespace: string, session: LabSession): readonly string[] {
  return session.simulation
    .objects()
    .revisions()
    .filter((revision) => revision.namespace === namespace && revision.routingState !== "active")
    .filter((revision) => service === null || service === "" || revision.service === service)
    .map(({ name }) => name);
}

function deleteEach(names: readonly string[], remove: (name: string) => string | null): void {
  const errors = names.map(remove).filter((error) => error !== null);
  if (errors.length > 0) throw knFailure(...errors);
}
