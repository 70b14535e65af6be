import { SECOND } from "../engine/time.js";
import { formatRfc3339 } from "../kube/rfc3339.js";
import { findCondition } from "../model/conditions.js";
import { clock, plain } from "../report/number-words.js";
import type { LabCommand, LabSession } from "./lab-session.js";
import { tableText } from "./table-writer.js";
import { decisionKey } from "./why-lines.js";

const COLUMNS = ["REVISION", "TRAFFIC", "READY", "STARTING", "TERMINATING", "WANTED", "LOAD", "PATH", "PANIC"];

/** The cluster on one screen: the time, the services, and what each revision does. */
export const statusCommand: LabCommand = {
  name: "status",
  usage: "status",
  summary: "shows the time, services, revisions, pods and what the autoscaler wants",
  run(_words, session) {
    const { simulation, print } = session;
    const seconds = Math.floor(simulation.nowUs / SECOND);
    print(`It is ${clock(simulation.nowUs / SECOND)} (${formatRfc3339(simulation.epochSeconds + seconds)}).\n`);
    const objects = simulation.objects();
    if (objects.services().length === 0) {
      print("There is no service yet; try: kn service create hello --image example/helloworld-go\n");
      return 0;
    }
    for (const { name, url, conditions } of objects.services()) {
      const ready = findCondition(conditions, "Ready");
      const why = ready === null || ready.status === "True" || ready.message === "" ? "" : `: ${ready.message}`;
      print(`service ${name} at ${url}, ${ready?.status === "True" ? "ready" : "not ready"}${why}\n`);
    }
    print(`\n${tableText(COLUMNS, revisionRows(session))}`);
    return 0;
  },
};

function revisionRows({ simulation, decisions }: LabSession): string[][] {
  const objects = simulation.objects();
  const traffic = objects.services().flatMap((service) => service.traffic);
  return objects.revisions().map((revision) => {
    const pods = objects.pods().filter((pod) => pod.revision === revision.name && pod.namespace === revision.namespace);
    const terminating = pods.filter(({ status }) => status === "Terminating");
    const ready = pods.filter((pod) => !terminating.includes(pod) && pod.readyContainers === pod.containers);
    const percent = traffic
      .filter(({ revisionName }) => revisionName === revision.name)
      .reduce((sum, target) => sum + target.percent, 0);
    const decision = decisions.get(decisionKey(revision));
    const routing = objects.serverlessServices().find((sks) => sks.revision === revision.name);
    const isProxy =
      routing?.mode === "Proxy" ||
      (routing !== undefined && findCondition(routing.conditions, "ActivatorEndpointsPopulated")?.status === "True");
    return [
      revision.name,
      percent === 0 ? "" : `${percent}%`,
      String(ready.length),
      String(pods.length - ready.length - terminating.length),
      String(terminating.length),
      revision.desiredReplicas === null ? "" : String(revision.desiredReplicas),
      decision?.stable == null ? "" : plain(decision.stable),
      isProxy ? "activator" : "direct",
      decision?.panicking ? "yes" : "",
    ];
  });
}
