import type { AppPlan } from "../kube/cluster-plan.js";
import { appForImage, imageNames } from "../kube/image-apps.js";
import type { SourcePlan } from "../workload/source.js";
import type { DiagnosticList, Place } from "./diagnostics.js";
import type { LoadedEvents } from "./events.js";
import { nearestName } from "./nearest-name.js";
import type { LoadedService } from "./services.js";
import type { YamlDocument } from "./yaml-document.js";

/** Warns of images whose behaviour is assumed, once each, and of entries under `apps` that no image has. */
export function warnOfImages({
  document,
  problems,
  services,
  events,
  apps,
  sources,
}: {
  readonly document: YamlDocument;
  readonly problems: DiagnosticList;
  readonly services: readonly LoadedService[];
  readonly events: LoadedEvents;
  readonly apps: readonly AppPlan[];
  readonly sources: readonly SourcePlan[];
}): void {
  const assumed = new Set<string>();
  const known = new Set<string>();
  const look = (image: string, place: Place, isAssumed: boolean) => {
    for (const name of imageNames(image)) known.add(name);
    if (!isAssumed || appForImage(apps, image) !== null || assumed.has(image)) return;
    assumed.add(image);
    const message = `image ${JSON.stringify(image)} has no entry under apps; assuming serviceTime 100ms`;
    problems.warning("W-service-time", place, message);
  };
  const relying = new Set(sources.filter(({ serviceTime }) => serviceTime === null).map(({ to }) => to));
  const sentTo = new Set(sources.map(({ to }) => to));
  for (const { plan, imagePlace } of [...services, ...events.applied]) {
    const isOverruled = sentTo.has(plan.key) && !relying.has(plan.key);
    look(plan.object.template.image, imagePlace, plan.app === null && !isOverruled);
  }
  for (const { image, place } of events.images) look(image, place, true);
  for (const { action } of events.events) if (action.kind === "set-app") known.add(action.app.image ?? "");
  for (const { image } of apps) {
    if (image === null || known.has(image)) continue;
    const message = `no service has the image ${JSON.stringify(image)}`;
    problems.warning("W-app", document.place(["apps", image]), message, nearestName(image, known));
  }
}
