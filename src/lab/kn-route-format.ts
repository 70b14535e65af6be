import type { Instant } from "../engine/time.js";
import type { RouteStatus, TrafficStatus } from "../model/object-status.js";
import { AttributeBlock } from "./attribute-block.js";
import { writeConditions } from "./conditions-block.js";
import type { ListOptions } from "./kn-service-format.js";
import { readyCell } from "./list-cells.js";
import { writeMetadata } from "./metadata-lines.js";
import { tableText } from "./table-writer.js";

const COLUMNS = ["NAME", "URL", "READY"];

/** `kn route list`, in the order of the server. */
export function routeList(
  routes: readonly RouteStatus[],
  { headers, allNamespaces }: Pick<ListOptions, "headers" | "allNamespaces">,
): string {
  const rows = routes.map(({ namespace, name, url, conditions }) => [
    ...(allNamespaces ? [namespace] : []),
    name,
    url,
    readyCell(conditions),
  ]);
  return tableText(headers ? [...(allNamespaces ? ["NAMESPACE"] : []), ...COLUMNS] : null, rows);
}

/**
 * `kn route describe`: the targets in the order of the status.
 *
 * @see knative/client pkg/commands/route/describe.go
 */
export function routeDescription(route: RouteStatus, nowUs: Instant, verbose: boolean): string {
  const block = new AttributeBlock();
  writeMetadata(block, { ...route, labels: {}, annotations: {} }, nowUs, verbose);
  block.attribute("URL", route.url);
  block.attribute("Service", verbose ? `${route.service} (serving.knative.dev/v1)` : route.service);
  block.line().attribute("Traffic Targets", "").endBlock();
  for (const target of route.traffic) {
    block.cells(`  ${String(target.percent).padStart(3)}%`, heading(target));
    if (target.url !== null) block.below("URL", target.url);
  }
  block.line();
  writeConditions(block, route.conditions, nowUs, verbose);
  return block.toString();
}

function heading({ revisionName, latestRevision, tag }: TrafficStatus): string {
  const text = latestRevision ? `@latest (${revisionName})` : revisionName;
  return tag === null ? text : `${text} #${tag}`;
}
