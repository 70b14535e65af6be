import type { Instant } from "../engine/time.js";
import { compareBytes } from "../kube/byte-order.js";
import type { RevisionStatus, ServiceStatus } from "../model/object-status.js";
import { ageSince, longAge } from "./age.js";
import { AttributeBlock } from "./attribute-block.js";
import { writeConditions } from "./conditions-block.js";
import type { ListOptions } from "./kn-service-format.js";
import { conditionsCell, readyCell, reasonCell } from "./list-cells.js";
import { writeList, writeMetadata } from "./metadata-lines.js";
import { writeImage, writeReplicas, writeSettings } from "./revision-lines.js";
import { tableText } from "./table-writer.js";

const COLUMNS = ["NAME", "SERVICE", "TRAFFIC", "TAGS", "GENERATION", "AGE", "CONDITIONS", "READY", "REASON"];
const LONGEST_CELL = 50;
const CUT = " ...";

/**
 * `kn revision list`: by namespace and service, the newest first; long cells are cut.
 *
 * @see knative/client pkg/commands/revision/{list,human_readable_flags}.go
 */
export function revisionList(
  revisions: readonly RevisionStatus[],
  services: readonly ServiceStatus[],
  { nowUs, headers, allNamespaces }: ListOptions,
): string {
  const rows = [...revisions].sort(inListOrder).map((revision) => {
    const { percent, tags } = trafficOf(revision, services);
    const { namespace, name, service, generation, createdAtUs, conditions } = revision;
    const cells = [
      name,
      service,
      percent === 0 ? "" : `${percent}%`,
      tags.join(","),
      String(generation),
      longAge(ageSince(createdAtUs, nowUs)),
      conditionsCell(conditions),
      readyCell(conditions),
      reasonCell(conditions),
    ].map(cut);
    return allNamespaces ? [namespace, ...cells] : cells;
  });
  return tableText(headers ? [...(allNamespaces ? ["NAMESPACE"] : []), ...COLUMNS] : null, rows);
}

/**
 * `kn revision describe`.
 *
 * @see knative/client pkg/commands/revision/describe.go
 */
export function revisionDescription(
  revision: RevisionStatus,
  services: readonly ServiceStatus[],
  nowUs: Instant,
  verbose: boolean,
): string {
  const block = new AttributeBlock();
  const write = (label: string, value: string, indent = "") => void block.attribute(label, value, indent);
  writeMetadata(block, revision, nowUs, verbose);
  writeImage(write, revision);
  writeReplicas(write, revision);
  writeSettings(write, revision, verbose);
  block.attribute("Service", revision.service);
  if (verbose) writePlace(block, revision, services);
  block.line();
  writeConditions(block, revision.conditions, nowUs, verbose);
  return block.toString();
}

function writePlace(block: AttributeBlock, revision: RevisionStatus, services: readonly ServiceStatus[]): void {
  const service = serviceOf(revision, services);
  const nested = (label: string, value: string) => void block.attribute(label, value, "  ");
  nested("Configuration Generation", String(revision.generation));
  nested("Latest Created", String(service?.latestCreatedRevision === revision.name));
  nested("Latest Ready", String(service?.latestReadyRevision === revision.name));
  const { percent, tags } = trafficOf(revision, services);
  if (percent > 0) nested("Traffic", `${percent}%`);
  writeList("Tags", tags, true, nested);
}

/** What the Service's status sends to a revision. */
function trafficOf(
  revision: RevisionStatus,
  services: readonly ServiceStatus[],
): { readonly percent: number; readonly tags: readonly string[] } {
  const entries = (serviceOf(revision, services)?.traffic ?? []).filter(
    ({ revisionName }) => revisionName === revision.name,
  );
  return {
    percent: entries.reduce((sum, { percent }) => sum + percent, 0),
    tags: entries.flatMap(({ tag }) => (tag === null ? [] : [tag])),
  };
}

function serviceOf(revision: RevisionStatus, services: readonly ServiceStatus[]): ServiceStatus | undefined {
  return services.find(({ name, namespace }) => name === revision.service && namespace === revision.namespace);
}

function inListOrder(a: RevisionStatus, b: RevisionStatus): number {
  return (
    compareBytes(a.namespace, b.namespace) ||
    compareBytes(a.service, b.service) ||
    b.generation - a.generation ||
    compareBytes(a.name, b.name)
  );
}

function cut(cell: string): string {
  return cell.length > LONGEST_CELL ? cell.slice(0, LONGEST_CELL - CUT.length) + CUT : cell;
}
