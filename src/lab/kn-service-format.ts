import type { Instant } from "../engine/time.js";
import { type ConditionStatus, findCondition, readyStatus } from "../model/conditions.js";
import type { RevisionStatus, ServiceStatus, TrafficStatus } from "../model/object-status.js";
import { ageSince, longAge, shortAge } from "./age.js";
import { AttributeBlock } from "./attribute-block.js";
import { writeConditions } from "./conditions-block.js";
import { conditionsCell, readyCell, reasonCell } from "./list-cells.js";
import { writeMetadata } from "./metadata-lines.js";
import { writeImage, writeReplicas, writeSettings } from "./revision-lines.js";
import { tableText } from "./table-writer.js";

/** How a list is printed. */
export interface ListOptions {
  readonly nowUs: Instant;
  /** Not with `--no-headers`. */
  readonly headers: boolean;
  /** `-A`: with the namespace in front. */
  readonly allNamespaces: boolean;
}

const COLUMNS = ["NAME", "URL", "LATEST", "AGE", "CONDITIONS", "READY", "REASON"];

/**
 * `kn service list`.
 *
 * @param services sorted by namespace and name
 * @see knative/client pkg/commands/service/human_readable_flags.go
 */
export function serviceList(services: readonly ServiceStatus[], options: ListOptions): string {
  const { nowUs, headers, allNamespaces } = options;
  const rows = services.map(({ namespace, name, url, latestReadyRevision, createdAtUs, conditions }) => [
    ...(allNamespaces ? [namespace] : []),
    name,
    url,
    latestReadyRevision ?? "",
    longAge(ageSince(createdAtUs, nowUs)),
    conditionsCell(conditions),
    readyCell(conditions),
    reasonCell(conditions),
  ]);
  return tableText(headers ? [...(allNamespaces ? ["NAMESPACE"] : []), ...COLUMNS] : null, rows);
}

/**
 * `kn service describe`.
 *
 * @param revisions all of the service
 * @param verbose `-v`: also revisions without traffic, and their settings
 * @see knative/client pkg/commands/service/describe.go
 */
export function serviceDescription(
  service: ServiceStatus,
  revisions: readonly RevisionStatus[],
  nowUs: Instant,
  verbose: boolean,
): string {
  const block = new AttributeBlock();
  writeMetadata(block, service, nowUs, verbose);
  block.attribute("URL", service.url);
  if (verbose && service.url !== "") {
    block.attribute("Cluster", `http://${service.name}.${service.namespace}.svc.cluster.local`);
  }
  block.line().endBlock();
  block.attribute("Revisions", "").endBlock();
  for (const shown of shownRevisions(service, revisions, verbose)) writeRevision(block, shown, nowUs, verbose);
  block.line().endBlock();
  writeConditions(block, service.conditions, nowUs, verbose);
  return block.toString();
}

/** A revision with the entry of the service's traffic that it is shown for; null = for another reason. */
interface ShownRevision {
  readonly revision: RevisionStatus;
  readonly target: TrafficStatus | null;
  readonly isLatestReady: boolean;
  readonly isLatestCreated: boolean;
}

/** One for each entry of traffic, then the latest, then (verbose) the others; the newest first. */
function shownRevisions(
  service: ServiceStatus,
  revisions: readonly RevisionStatus[],
  verbose: boolean,
): readonly ShownRevision[] {
  const { latestReadyRevision, latestCreatedRevision } = service;
  const shown: ShownRevision[] = [];
  const add = (name: string | null, target: TrafficStatus | null) => {
    const revision = revisions.find((candidate) => candidate.name === name);
    if (revision === undefined) return;
    const [isLatestReady, isLatestCreated] = [name === latestReadyRevision, name === latestCreatedRevision];
    shown.push({ revision, target, isLatestReady, isLatestCreated });
  };
  const addOnce = (name: string | null) => {
    if (!shown.some(({ revision }) => revision.name === name)) add(name, null);
  };
  for (const target of service.traffic) add(target.revisionName, target);
  addOnce(latestCreatedRevision);
  addOnce(latestReadyRevision);
  if (verbose) for (const { name } of revisions) addOnce(name);
  return shown.sort((a, b) => b.revision.generation - a.revision.generation);
}

function writeRevision(block: AttributeBlock, shown: ShownRevision, nowUs: Instant, verbose: boolean): void {
  const { revision, target } = shown;
  const ready = findCondition(revision.conditions, "Ready");
  block.cells(`  ${bullet(target?.percent ?? 0, readyStatus(revision.conditions))}`, heading(shown, nowUs));
  const write = (label: string, value: string, indent = "") => void block.below(label, value, indent);
  if (ready?.status === "False") write("Error", ready.reason);
  writeImage(write, revision);
  writeReplicas(write, revision);
  if (verbose) writeSettings(write, revision, verbose);
}

function heading({ revision, target, isLatestReady, isLatestCreated }: ShownRevision, nowUs: Instant): string {
  const { name, generation, createdAtUs } = revision;
  const text = target?.latestRevision
    ? `@latest (${name})`
    : isLatestReady
      ? `${name} (current @latest)`
      : isLatestCreated
        ? `${name} (latest created)`
        : name;
  const tag = target?.tag ? ` #${target.tag}` : "";
  return `${text}${tag} [${generation}] (${shortAge(ageSince(createdAtUs, nowUs))})`;
}

/** Four characters: the share and how the revision is. */
function bullet(percent: number, ready: ConditionStatus): string {
  const symbol = ready === "True" ? (percent > 0 ? "%" : "+") : ready === "False" ? "!" : "?";
  return (percent > 0 ? String(percent) : "").padStart(3) + symbol;
}
