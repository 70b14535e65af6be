import type { ClusterEvent } from "../kube/cluster-plan.js";
import { deepEqual } from "../kube/deep-equal.js";
import { applyObject } from "./kn-edit-commands.js";
import { type LabSession, ToolError } from "./lab-session.js";

/** `kubectl apply -f FILE`: Services and ConfigMaps of Knative. @throws ToolError */
export async function applyFile(path: string | null, session: LabSession): Promise<void> {
  if (path === null) throw new ToolError("error: must specify one of -f and -k\n");
  const loaded = await session.manifests.load(path);
  if (loaded.ok) {
    for (const event of loaded.events) applyEvent(event, session);
    session.simulation.apply({ kind: "ran", line: `kubectl apply -f ${path}`, error: null });
    return;
  }
  const { problem } = loaded;
  if (problem.kind === "missing") throw new ToolError(`error: the path "${path}" does not exist\n`);
  if (problem.kind === "other") throw new ToolError(`error: error validating "${path}": ${problem.text}\n`);
  const webhook = `admission webhook "${problem.webhook}.webhook.serving.knative.dev"`;
  throw new ToolError(
    `Error from server (BadRequest): error when creating "${path}": ${webhook} denied the request: validation failed: ${problem.text}\n`,
  );
}

function applyEvent(event: ClusterEvent, session: LabSession): void {
  const { simulation, print } = session;
  if (event.kind === "set-config") {
    simulation.apply(event);
    for (const { map } of event.changed) print(`configmap/${map} configured\n`);
    return;
  }
  if (event.kind !== "apply") return;
  for (const { object } of event.services) {
    const { name, namespace } = object.meta;
    const before = simulation.objects().service(name, namespace)?.spec ?? null;
    applyObject(object, session);
    const outcome = before === null ? "created" : deepEqual(before, object) ? "unchanged" : "configured";
    print(`service.serving.knative.dev/${name} ${outcome}\n`);
  }
}
