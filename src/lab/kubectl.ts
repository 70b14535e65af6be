import { MINUTE, SECOND } from "../engine/time.js";
import { objectKey } from "../kube/manifest.js";
import { type FlagSpec, type Flags, readFlags } from "./flag-reader.js";
import { applyFile } from "./kubectl-apply.js";
import { KUBECTL_KINDS, type KubectlKind, type KubectlRow } from "./kubectl-format.js";
import { type LabCommand, type LabSession, ToolError } from "./lab-session.js";
import { manifestsOf, printedManifest } from "./object-output.js";
import { tableText } from "./table-writer.js";

const NAMESPACED: Readonly<Record<string, FlagSpec>> = {
  namespace: { takesValue: true, short: "n" },
  "all-namespaces": { takesValue: false, short: "A" },
  selector: { takesValue: true, short: "l" },
};
const FLAGS: Readonly<Record<string, Readonly<Record<string, FlagSpec>>>> = {
  get: {
    ...NAMESPACED,
    "no-headers": { takesValue: false },
    output: { takesValue: true, short: "o" },
    "sort-by": { takesValue: true },
    watch: { takesValue: false, short: "w" },
  },
  apply: { ...NAMESPACED, filename: { takesValue: true, short: "f" } },
  delete: {
    ...NAMESPACED,
    filename: { takesValue: true, short: "f" },
    all: { takesValue: false },
    force: { takesValue: false },
    "grace-period": { takesValue: true },
    wait: { takesValue: false },
  },
};

/** `-w` ends when nothing has changed for this long; at a real terminal one interrupts it. */
const QUIET_US = 30 * SECOND;
const LONGEST_WATCH_US = 10 * MINUTE;

/** The client of Kubernetes, as far as learners of Knative need it (knative/kn-cli.md §14). */
export const kubectlCommand: LabCommand = {
  name: "kubectl",
  usage: "kubectl get KIND [NAME…] [-w] | apply -f FILE | delete KIND NAME…",
  summary: "shows pods and Knative's objects, applies manifests, deletes",
  details: [
    "KIND: pods, ksvc, rev, route, configuration, kpa, sks, deploy; several with commas",
    `kubectl get … -w   shows changes until nothing has changed for ${QUIET_US / SECOND} s of virtual time`,
    "kubectl delete pod NAME   ends the pod as Kubernetes does; another takes its place if it is wanted",
  ],
  async run([verbWord, ...words], session) {
    const verb = verbWord?.text ?? "";
    if (!Object.hasOwn(FLAGS, verb)) throw new ToolError(unknownVerb(verb));
    const read = readFlags(words, FLAGS[verb]);
    if (!read.ok) throw new ToolError(`error: ${read.error}\nSee 'kubectl ${verb} --help' for usage.\n`);
    if (verb === "get") get(read.flags, session);
    else if (verb === "apply") await applyFile(read.flags.text("filename"), session);
    else remove(read.flags, session);
    return 0;
  },
};

function unknownVerb(verb: string): string {
  return verb === ""
    ? "kubectl controls the Kubernetes cluster manager.\n\nUsage:\n  kubectl [flags] [options]\n"
    : `error: unknown command "${verb}" for "kubectl"\n`;
}

function get(flags: Flags, session: LabSession): void {
  const requests = requestsOf(flags.names, "error: You must specify the type of resource to get.");
  const tables = requests.map(({ kind, names }) => ({ kind, names, rows: rowsOf(kind, names, flags, session) }));
  const isEmpty = tables.every(({ rows }) => rows.length === 0);
  if (isEmpty && !flags.isOn("watch") && !/^(json|yaml)/.test(flags.text("output") ?? "")) {
    const where = flags.isOn("all-namespaces") ? "" : ` in ${namespaceOf(flags)} namespace`;
    return session.print(`No resources found${where}${flags.isOn("all-namespaces") ? "" : "."}\n`);
  }
  const output = flags.text("output");
  if (output !== null && output !== "name" && output !== "wide") {
    return session.print(manifestText(tables, output, session));
  }
  const texts = tables
    .filter(({ rows }) => rows.length > 0)
    .map(({ kind, rows }) => tableOf(kind, rows, flags, tables.length > 1));
  session.print(texts.join("\n"));
  if (flags.isOn("watch")) watch(requests[0], flags, session);
}

/** Prints the row of each object that changes in more than its age; columns never get narrower. */
function watch({ kind, names }: Request, flags: Flags, session: LabSession): void {
  const { simulation } = session;
  const ageless = (row: KubectlRow) => row.cells.slice(0, kind.columns.at(-1) === "AGE" ? -1 : undefined).join("\t");
  const header = flags.isOn("no-headers") ? null : columnsOf(kind, flags);
  const first = rowsOf(kind, names, flags, session);
  const seen = new Map(first.map((row) => [keyOf(row), ageless(row)]));
  const printed = first.map((row) => cellsOf(row, flags));
  const endUs = simulation.nowUs + LONGEST_WATCH_US;
  let quietUntil = simulation.nowUs + QUIET_US;
  while (simulation.passEvent(Math.min(quietUntil, endUs))) {
    for (const row of rowsOf(kind, [], flags, session)) {
      if (names.length > 0 && !names.includes(row.name)) continue;
      if (seen.get(keyOf(row)) === ageless(row)) continue;
      seen.set(keyOf(row), ageless(row));
      quietUntil = simulation.nowUs + QUIET_US;
      printed.push(cellsOf(row, flags));
      const lines = tableText(header, printed).split("\n").slice(0, -1);
      session.print(`${(printed.length === 1 ? lines : lines.slice(-1)).join("\n")}\n`);
    }
  }
}

interface Request {
  readonly kind: KubectlKind;
  /** Empty = all. */
  readonly names: readonly string[];
}

/** `pods a b`, `pod/a ksvc/b`, `pods,ksvc`. @throws ToolError */
function requestsOf(words: readonly string[], missing: string): readonly Request[] {
  const [first, ...names] = words;
  if (first === undefined) throw new ToolError(`${missing}\n`);
  if (first.includes("/")) {
    return words.map((word) => {
      const [kind, name] = word.split("/");
      return { kind: kindOf(kind), names: [name] };
    });
  }
  return first.split(",").map((kind) => ({ kind: kindOf(kind), names }));
}

function kindOf(name: string): KubectlKind {
  const kind = KUBECTL_KINDS.find(({ names }) => names.includes(name.toLowerCase()));
  if (kind === undefined) throw new ToolError(`error: the server doesn't have a resource type "${name}"\n`);
  return kind;
}

function rowsOf(kind: KubectlKind, names: readonly string[], flags: Flags, session: LabSession): readonly KubectlRow[] {
  const rows = kind
    .rows(session.simulation.objects())
    .filter(({ namespace }) => flags.isOn("all-namespaces") || namespace === namespaceOf(flags))
    .filter(({ labels }) => matches(labels, flags.text("selector")));
  if (names.length === 0) return sorted(rows, flags.text("sort-by"));
  return names.map((name) => {
    const row = rows.find((candidate) => candidate.name === name);
    if (row === undefined) throw notFound(kind, name);
    return row;
  });
}

/** `--sort-by`; the server's order is by name. @throws ToolError for a field that the lab does not know */
function sorted(rows: readonly KubectlRow[], field: string | null): readonly KubectlRow[] {
  const path = field?.replace(/^\{?\.?(.*?)\}?$/, "$1") ?? "metadata.name";
  if (path === "metadata.name") return rows;
  if (path === "metadata.creationTimestamp") return [...rows].sort((a, b) => a.createdAtUs - b.createdAtUs);
  throw new ToolError(`error: the lab sorts by .metadata.name and .metadata.creationTimestamp, not by ${field}\n`);
}

function notFound(kind: KubectlKind, name: string): ToolError {
  return new ToolError(`Error from server (NotFound): ${kind.names[0]} "${name}" not found\n`);
}

function matches(labels: Readonly<Record<string, string>>, selector: string | null): boolean {
  if (selector === null) return true;
  return selector.split(",").every((part) => {
    const [, key, operator, value] = /^([^!=]+)(!=|==?)?(.*)$/.exec(part) ?? [];
    if (operator === undefined) return key in labels;
    return (labels[key] === value) !== (operator === "!=");
  });
}

/** `-o json`, `yaml`, `jsonpath=…`: one object when one was asked for by name, else a list. @throws ToolError */
function manifestText(
  tables: readonly (Request & { readonly rows: readonly KubectlRow[] })[],
  output: string,
  { simulation }: LabSession,
): string {
  const { epochSeconds } = simulation;
  const objects = simulation.objects();
  const items = tables.flatMap(({ kind, rows }) => {
    if (kind.manifest === undefined) {
      throw new ToolError(`error: the lab prints no manifests of ${kind.names[0]}; allowed formats are: name,wide\n`);
    }
    const known = { Service: objects.services, Revision: objects.revisions, Route: objects.routes }[kind.manifest]();
    const shown = rows.flatMap((row) => known.filter((object) => keyOf(object) === keyOf(row)));
    return manifestsOf(shown, kind.manifest, epochSeconds);
  });
  const isSingle = items.length === 1 && tables.length === 1 && tables[0].names.length === 1;
  const text = printedManifest(isSingle ? items[0] : { apiVersion: "v1", items, kind: "List" }, output);
  if (text !== null) return text;
  throw new ToolError(
    `error: unable to match a printer suitable for the output format "${output}", allowed formats are: json,jsonpath,name,wide,yaml\n`,
  );
}

function tableOf(kind: KubectlKind, rows: readonly KubectlRow[], flags: Flags, isOneOfSeveral: boolean): string {
  if (flags.text("output") === "name") return rows.map(({ name }) => `${kind.resource}/${name}\n`).join("");
  const named = isOneOfSeveral
    ? rows.map((row) => ({ ...row, cells: [`${kind.resource}/${row.name}`, ...row.cells.slice(1)] }))
    : rows;
  return tableText(
    flags.isOn("no-headers") ? null : columnsOf(kind, flags),
    named.map((row) => cellsOf(row, flags)),
  );
}

function columnsOf({ columns, wideColumns = [] }: KubectlKind, flags: Flags): readonly string[] {
  const wide = flags.text("output") === "wide" ? wideColumns : [];
  return [...(flags.isOn("all-namespaces") ? ["NAMESPACE"] : []), ...columns, ...wide];
}

function cellsOf({ namespace, cells, wideCells }: KubectlRow, flags: Flags): readonly string[] {
  const wide = flags.text("output") === "wide" ? wideCells : [];
  return [...(flags.isOn("all-namespaces") ? [namespace] : []), ...cells, ...wide];
}

function remove(flags: Flags, session: LabSession): void {
  const requests = requestsOf(flags.names, "error: You must provide one or more resources by argument or filename.");
  for (const { kind, names } of requests) {
    if (names.length === 0 && !flags.isOn("all") && flags.text("selector") === null) {
      throw new ToolError("error: resource(s) were provided, but no name was specified\n");
    }
    for (const { name } of rowsOf(kind, names, flags, session)) deleteOne(kind, name, namespaceOf(flags), session);
  }
}

function deleteOne(kind: KubectlKind, name: string, namespace: string, session: LabSession): void {
  const { simulation } = session;
  const wait = { wait: false, timeoutSeconds: 600, windowSeconds: 2 };
  const line = `kubectl delete ${kind.names[0]} ${name}`;
  switch (kind.resource) {
    case "pod":
      simulation.apply({ kind: "delete-pod", pod: objectKey({ name, namespace }) });
      simulation.apply({ kind: "ran", line, error: null });
      break;
    case "service.serving.knative.dev":
      simulation.apply({ kind: "kn", line, command: { kind: "service-delete", services: [name], namespace, wait } });
      break;
    case "revision.serving.knative.dev": {
      const names = { revisions: [name], namespace, prune: null, pruneAll: false };
      simulation.apply({ kind: "kn", line, command: { kind: "revision-delete", ...names, wait } });
      break;
    }
    default:
      throw new ToolError(`error: ${kind.names[0]} belong to a Service; delete that in the lab\n`);
  }
  session.print(`${kind.resource} "${name}" deleted\n`);
}

function keyOf({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return `${namespace}/${name}`;
}

function namespaceOf(flags: Flags): string {
  return flags.text("namespace") ?? "default";
}
