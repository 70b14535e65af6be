import { type Duration, type Instant, MILLISECOND, SECOND } from "../engine/time.js";
import type { ReadinessProbe } from "../kube/objects.js";

/** An activator looks at pods not yet known healthy this often (environment PROBE_FREQUENCY). */
const ACTIVATOR_PROBE_PERIOD_US = 200 * MILLISECOND;
/** Inside one check the queue-proxy tries the application this often. */
const TRY_INTERVAL_US = 50 * MILLISECOND;
/** What a kubelet uses where a probe has no period of its own. */
const KUBELET_PERIOD_US = 10 * SECOND;
/** How long a kubelet waits for an answer, which the queue-proxy holds back while its tries go on. */
const KUBELET_TIMEOUT_US = SECOND;
/** Checks a kubelet makes at once when it sees the container run; upstream makes one or two. */
const IMMEDIATE_CHECKS = 2;

/** A pod on its way to readiness. */
export interface StartingPod {
  /** When the queue-proxy's process starts to answer; the kubelet notices at the same time. */
  readonly processStartsAt: Instant;
  /** When the application's port listens. */
  readonly listensAt: Instant;
  readonly probe: ReadinessProbe;
}

/**
 * When an activator finds a starting pod able to serve.
 *
 * The activator looks when it learns of the address and then every 200 ms. Before the queue-proxy runs a look fails at
 * once (connection refused). From then on, with an aggressive probe (period 0), a look waits for the queue-proxy, which
 * tries the application every 50 ms from its own start on. A look gives up after 300 ms; by then a tick is overdue, the
 * next look begins at once, and it shares the tries that go on: no moment is lost, and the pod is found with the try that
 * succeeds. With a period, every look makes a single try.
 *
 * Simplification: a look takes all starting pods of a revision together, and ends when the slowest has answered or after
 * 300 ms; here none waits for its siblings. Real activators find the first of several pods up to 300 ms later. The way
 * to the pod and back takes no time.
 *
 * @param pod.addressKnownAt when the activator learns the pod's address
 * @param pod.ticksFrom any tick of the 200 ms ticker; default: the ticker starts with the address
 * @see knative/serving pkg/activator/net/revision_backends.go, pkg/queue/readiness/probe.go
 */
export function detectedAt(
  pod: StartingPod & { readonly addressKnownAt: Instant; readonly ticksFrom?: Instant },
): Instant {
  const { addressKnownAt, processStartsAt, listensAt, probe, ticksFrom = addressKnownAt } = pod;
  const answersFrom = probe.periodUs === 0 ? processStartsAt : Math.max(processStartsAt, listensAt);
  const lookAt =
    addressKnownAt >= answersFrom ? addressKnownAt : firstOnGrid(ticksFrom, ACTIVATOR_PROBE_PERIOD_US, answersFrom);
  return probe.periodUs === 0 ? Math.max(lookAt, triesSucceedAt(pod)) : lookAt;
}

/**
 * When Kubernetes finds the pod ready, before the time this takes to become known.
 *
 * The kubelet checks as soon as the queue-proxy runs and then once per period, 10 s if the probe has none. With an
 * aggressive probe the queue-proxy holds a check for up to a second, so that a fast application is ready at once; a
 * slower one waits for the next check although the activators may have found it long before.
 *
 * Simplification: where an exec or startup probe decides, checks are made on the same grid, each a single try.
 *
 * @param pod.kubeletPeriodUs period of a probe that has none of its own; default 10 s
 * @see kubernetes pkg/kubelet/prober/worker.go; knative/serving pkg/queue/readiness/probe.go
 */
export function kubernetesReadyAt(pod: StartingPod & { readonly kubeletPeriodUs?: Duration }): Instant {
  const { processStartsAt, listensAt, probe, kubeletPeriodUs = KUBELET_PERIOD_US } = pod;
  const { periodUs, initialDelayUs, successThreshold } = probe;
  const isHeld = periodUs === 0 && !probe.waitsForKubernetes;
  const succeedsAt = isHeld ? triesSucceedAt(pod) : Math.max(processStartsAt, listensAt);
  const patienceUs = isHeld ? KUBELET_TIMEOUT_US : 0;
  const period = periodUs || kubeletPeriodUs;

  let check = 0;
  if (initialDelayUs > 0 || succeedsAt > processStartsAt + patienceUs * IMMEDIATE_CHECKS) {
    const earliest = Math.max(processStartsAt + initialDelayUs, succeedsAt - patienceUs);
    check = Math.max(1, Math.ceil((earliest - processStartsAt) / period));
  }
  if (successThreshold > 1) return processStartsAt + (check + successThreshold - 1) * period;
  return Math.max(succeedsAt, processStartsAt + check * period);
}

/** When the queue-proxy's tries, 50 ms apart since its start, have succeeded as often in a row as is asked for. */
function triesSucceedAt({ processStartsAt, listensAt, probe }: StartingPod): Instant {
  const first = firstOnGrid(processStartsAt, TRY_INTERVAL_US, Math.max(processStartsAt, listensAt));
  return first + (probe.successThreshold - 1) * TRY_INTERVAL_US;
}

/** The first moment `origin + k × interval`, k any whole number, that is not before `at`. */
function firstOnGrid(origin: Instant, interval: Duration, at: Instant): Instant {
  return origin + Math.ceil((at - origin) / interval) * interval;
}
