import type { ClusterEvent } from "../kube/cluster-plan.js";
import { check } from "./checked.js";
import { ConfigMaps } from "./config-maps.js";
import { DiagnosticList, ScenarioError } from "./diagnostics.js";
import { eventActions } from "./events.js";
import { UniqueObjects } from "./knative-problems.js";
import type { Scenario } from "./scenario.js";
import { eventSchema } from "./schema-event.js";
import { ServiceNames } from "./service-names.js";
import { parseYaml } from "./yaml-document.js";

/**
 * An event as it stands under `events:`, without `at`: `{kn: "service update hello --env A=1"}`,
 * `{"kill-pod": {service: "hello"}}`, `{restart: "autoscaler"}`. `apply` is none of them: a file cannot be waited for in
 * the middle of a run.
 */
export type WrittenEvent = Readonly<Record<string, unknown>>;

/**
 * Reads an event that is to happen now.
 *
 * @param scenario whose services, images and settings it speaks of
 * @throws ScenarioError with everything that is wrong with it
 */
export function readEvent(written: WrittenEvent, scenario: Scenario): readonly ClusterEvent[] {
  const problems = new DiagnosticList();
  const text = JSON.stringify({ event: { at: "0s", ...written } });
  const [document] = parseYaml("event", text, problems) ?? [];
  if (document === undefined) throw new ScenarioError(problems.sorted());
  const event = check(eventSchema, document, ["event"], problems);
  if (event?.apply !== undefined) {
    problems.error("E-key", document.place(["event", "apply"]), "files cannot be applied in the middle of a run");
  }
  if (event === undefined || problems.errorCount > 0) throw new ScenarioError(problems.sorted());

  const names = new ServiceNames();
  for (const { key } of scenario.services) names.add(key);
  const configMaps = new ConfigMaps();
  const place = document.place(["event"]);
  for (const [map, data] of Object.entries(scenario.configMaps)) {
    for (const [key, value] of Object.entries(data)) configMaps.add(map, key, value, place, problems);
  }
  const { config, ideal } = scenario.cluster;
  const actions = eventActions(event, {
    document,
    manifests: null,
    problems,
    names,
    nodes: null,
    services: scenario.services,
    apps: scenario.apps,
    configMaps,
    admission: { config, problems, unique: new UniqueObjects(problems), ideal },
  });
  if (problems.errorCount > 0) throw new ScenarioError(problems.sorted());
  return actions;
}
