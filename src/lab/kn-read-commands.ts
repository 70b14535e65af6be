import type { ShellWord } from "../kube/shell-words.js";
import type { ClusterObjects } from "../model/object-status.js";
import { type FlagSpec, type Flags, readFlags } from "./flag-reader.js";
import { knFailure } from "./kn-failure.js";
import { revisionDescription, revisionList } from "./kn-revision-format.js";
import { routeDescription, routeList } from "./kn-route-format.js";
import { serviceDescription, serviceList } from "./kn-service-format.js";
import { presentService, waitUntilReady } from "./kn-wait.js";
import type { LabSession } from "./lab-session.js";
import { printedObjects } from "./object-output.js";

const LIST_FLAGS: Readonly<Record<string, FlagSpec>> = {
  namespace: { takesValue: true, short: "n" },
  "all-namespaces": { takesValue: false, short: "A" },
  "no-headers": { takesValue: false },
  output: { takesValue: true, short: "o" },
};
const DESCRIBE_FLAGS: Readonly<Record<string, FlagSpec>> = {
  namespace: { takesValue: true, short: "n" },
  output: { takesValue: true, short: "o" },
  verbose: { takesValue: false, short: "v" },
};
const WAIT_FLAGS: Readonly<Record<string, FlagSpec>> = {
  namespace: { takesValue: true, short: "n" },
  "wait-timeout": { takesValue: true },
  "wait-window": { takesValue: true },
};

/** One command that only looks. */
interface ReadCommand {
  readonly flags: Readonly<Record<string, FlagSpec>>;
  run(flags: Flags, session: LabSession): void;
}

/** The commands of kn that change nothing, by group and verb; flags are refused with kn's texts. */
export const KN_READS: Readonly<Record<string, ReadCommand>> = {
  "service list": { flags: LIST_FLAGS, run: listServices },
  "service describe": { flags: DESCRIBE_FLAGS, run: describeService },
  "service wait": { flags: WAIT_FLAGS, run: waitForService },
  "revision list": { flags: { ...LIST_FLAGS, service: { takesValue: true, short: "s" } }, run: listRevisions },
  "revision describe": { flags: DESCRIBE_FLAGS, run: describeRevision },
  "route list": { flags: LIST_FLAGS, run: listRoutes },
  "route describe": { flags: DESCRIBE_FLAGS, run: describeRoute },
};

/** @throws ToolError */
export function runKnRead(verb: string, words: readonly ShellWord[], session: LabSession): void {
  const { flags, run } = KN_READS[verb];
  const read = readFlags(words, flags);
  if (!read.ok) throw knFailure(`${read.error} for 'kn ${verb}'`);
  run(read.flags, session);
}

function listServices(flags: Flags, session: LabSession): void {
  const objects = session.simulation.objects();
  const services = selected(objects.services(), flags, "service");
  printList(flags, session, services, "Service", "No services found.", (options) =>
    serviceList(services, { ...options, nowUs: objects.nowUs }),
  );
}

function describeService(flags: Flags, session: LabSession): void {
  if (flags.names.length !== 1) {
    throw knFailure("'service describe' requires the service name given as single argument");
  }
  const objects = session.simulation.objects();
  const service = presentService(session, flags.names[0], namespaceOf(flags));
  const output = flags.text("output");
  if (output?.toLowerCase() === "url") return session.print(`${service.url}\n`);
  if (output !== null) return session.print(printed(session, [service], "Service", output, true));
  const revisions = objects
    .revisions()
    .filter((revision) => revision.service === service.name && revision.namespace === service.namespace);
  session.print(serviceDescription(service, revisions, objects.nowUs, flags.isOn("verbose")));
}

function waitForService(flags: Flags, session: LabSession): void {
  if (flags.names.length !== 1) throw knFailure("'service wait' requires the service name given as single argument");
  const [name] = flags.names;
  const namespace = namespaceOf(flags);
  presentService(session, name, namespace);
  session.print(`Waiting for Service '${name}' in namespace '${namespace}':\n\n`);
  const timeoutSeconds = Number(flags.text("wait-timeout") ?? 600);
  const windowSeconds = Number(flags.text("wait-window") ?? 2);
  waitUntilReady(session, { name, namespace }, { timeoutSeconds, windowSeconds });
  session.print(`\nService '${name}' in namespace '${namespace}' is ready.\n`);
}

function listRevisions(flags: Flags, session: LabSession): void {
  const objects = session.simulation.objects();
  const service = flags.text("service");
  if (service !== null) presentService(session, service, namespaceOf(flags));
  const revisions = selected(objects.revisions(), flags, "revision").filter(
    (revision) => service === null || revision.service === service,
  );
  printList(flags, session, revisions, "Revision", "No revisions found.", (options) =>
    revisionList(revisions, objects.services(), { ...options, nowUs: objects.nowUs }),
  );
}

function describeRevision(flags: Flags, session: LabSession): void {
  if (flags.names.length !== 1) {
    throw knFailure("'kn revision describe' requires name of the revision as single argument");
  }
  const objects = session.simulation.objects();
  const revision = objects.revision(flags.names[0], namespaceOf(flags));
  if (revision === null) throw knFailure(`revisions.serving.knative.dev "${flags.names[0]}" not found`);
  const output = flags.text("output");
  if (output !== null) return session.print(printed(session, [revision], "Revision", output, true));
  session.print(revisionDescription(revision, objects.services(), objects.nowUs, flags.isOn("verbose")));
}

function listRoutes(flags: Flags, session: LabSession): void {
  const objects = session.simulation.objects();
  const routes = selected(objects.routes(), flags, "route");
  printList(flags, session, routes, "Route", "No routes found.", (options) => routeList(routes, options));
}

function describeRoute(flags: Flags, session: LabSession): void {
  if (flags.names.length !== 1) throw knFailure("'kn route describe' requires name of the route as single argument");
  const objects = session.simulation.objects();
  const route = objects.route(flags.names[0], namespaceOf(flags));
  if (route === null) throw knFailure(`routes.serving.knative.dev "${flags.names[0]}" not found`);
  const output = flags.text("output");
  if (output !== null) return session.print(printed(session, [route], "Route", output, true));
  session.print(routeDescription(route, objects.nowUs, flags.isOn("verbose")));
}

type Named = ReturnType<ClusterObjects["services" | "revisions" | "routes"]>[number];

/** Objects of the namespace, or of all; of one name when one is given. */
function selected<T extends Named>(objects: readonly T[], flags: Flags, group: string): readonly T[] {
  if (flags.names.length > 1) throw knFailure(`'kn ${group} list' accepts maximum 1 argument`);
  const [name] = flags.names;
  return objects.filter(
    (object) =>
      (flags.isOn("all-namespaces") || object.namespace === namespaceOf(flags)) &&
      (name === undefined || object.name === name),
  );
}

function printList(
  flags: Flags,
  session: LabSession,
  objects: readonly Named[],
  kind: "Service" | "Revision" | "Route",
  none: string,
  table: (options: { readonly headers: boolean; readonly allNamespaces: boolean }) => string,
): void {
  const output = flags.text("output");
  if (output !== null) return session.print(printed(session, objects, kind, output, false));
  if (objects.length === 0) return session.print(`${none}\n`);
  session.print(table({ headers: !flags.isOn("no-headers"), allNamespaces: flags.isOn("all-namespaces") }));
}

function namespaceOf(flags: Flags): string {
  return flags.text("namespace") ?? "default";
}

function printed(
  { simulation }: LabSession,
  objects: readonly Named[],
  kind: "Service" | "Revision" | "Route",
  output: string,
  isSingle: boolean,
): string {
  return printedObjects(objects, kind, { output, isSingle, epochSeconds: simulation.epochSeconds });
}
