import { type Duration, type Instant, SECOND } from "../engine/time.js";
import type { KnWait } from "../kube/kn-command.js";
import { findCondition } from "../model/conditions.js";
import type { ServiceStatus } from "../model/object-status.js";
import { knFailure } from "./kn-failure.js";
import type { LabSession } from "./lab-session.js";

/**
 * Waits until a Service is ready, with a line for each message of its Ready condition; virtual time passes meanwhile.
 *
 * @throws ToolError when it stays False for the window, or when it is not ready in time
 * @see knative/client pkg/wait/wait_for_ready.go; knative/kn-cli.md §6
 */
export function waitUntilReady(
  session: LabSession,
  { name, namespace }: { readonly name: string; readonly namespace: string },
  { timeoutSeconds, windowSeconds }: Pick<KnWait, "timeoutSeconds" | "windowSeconds">,
): void {
  const { simulation } = session;
  const startUs = simulation.nowUs;
  const progress = new ProgressLines(session, startUs);
  let seen = -1;
  let failsAt: Instant | null = null;
  let failure = "";
  for (;;) {
    const service = simulation.objects().service(name, namespace);
    if (service !== null && service.resourceVersion !== seen && service.generation === service.observedGeneration) {
      seen = service.resourceVersion;
      const ready = findCondition(service.conditions, "Ready");
      if (ready?.status === "True") break;
      if (ready?.status === "False" && failsAt === null) {
        failsAt = simulation.nowUs + windowSeconds * SECOND;
        failure = `${ready.reason}: ${ready.message}`;
      } else if (ready?.status !== "False") {
        failsAt = null;
      }
      if (ready !== null && ready.message !== "") progress.say(ready.message);
    }
    const endsAt = startUs + timeoutSeconds * SECOND;
    const until = Math.min(failsAt ?? endsAt, endsAt);
    if (simulation.passEvent(until)) continue;
    if (until === failsAt) throw knFailure(failure);
    throw knFailure(`timeout: service '${name}' not ready after ${timeoutSeconds} seconds`);
  }
  progress.say("Ready to serve.");
}

/** The Service as it is now; it must exist. */
export function presentService(session: LabSession, name: string, namespace: string): ServiceStatus {
  const service = session.simulation.objects().service(name, namespace);
  if (service === null) throw knFailure(`services.serving.knative.dev "${name}" not found`);
  return service;
}

/** Lines with the seconds since the wait began; a message that repeats is three dots. */
class ProgressLines {
  private last = "";

  constructor(
    private readonly session: LabSession,
    private readonly startUs: Instant,
  ) {}

  say(message: string): void {
    const seconds = secondsText(this.session.simulation.nowUs - this.startUs);
    this.session.print(`${seconds.padStart(7)}s ${message === this.last ? "..." : message}\n`);
    this.last = message;
  }
}

/** Rounded to the millisecond, with three decimals. */
function secondsText(us: Duration): string {
  return (Math.round(us / 1000) / 1000).toFixed(3);
}
