import type { Duration, Instant } from "../engine/time.js";
import { type EndedRequest, Status } from "../model/observer.js";
import type { MetricUse } from "../scenario/expectation-ast.js";

/** Whether a request counts; `from` and `to` are what stands in the metric's parentheses. */
type RequestTest = (ended: EndedRequest, from: number, to: number) => boolean;

const hasEnded: RequestTest = ({ status }) => status !== Status.inFlight;

const COUNTED: Readonly<Record<string, RequestTest>> = {
  offered: () => true,
  completed: ({ completed }) => completed,
  failed: (ended) => hasEnded(ended, 0, 0) && !ended.completed,
  ended: hasEnded,
  in_flight_at_end: ({ status }) => status === Status.inFlight,
  status: ({ status }, from, to) => status >= from && status <= to,
  timeouts: ({ status }) => status === 504 || status === Status.timeout,
  rejected: ({ status }) => status === 503,
  resets: ({ status }) => status === Status.reset,
  cold: (ended) => hasEnded(ended, 0, 0) && ended.cold,
  retries: ({ attempt }) => attempt > 1,
};

/** Of a counter over requests: which count. Undefined for other metrics. */
export function requestTest(name: string): RequestTest | undefined {
  return Object.hasOwn(COUNTED, name) ? COUNTED[name] : undefined;
}

interface RequestTime {
  readonly counts: RequestTest;
  /** µs, of one that ended at `t`. */
  readonly us: (t: Instant, ended: EndedRequest) => Duration;
  /** The population in words. */
  readonly population: string;
}

const isCompleted: RequestTest = ({ completed }) => completed;
const responseUs = (t: Instant, { arrivalUs }: EndedRequest): Duration => t - arrivalUs;
/** −1: it never was there, and so did not wait. */
const activatorUs = ({ activatorWaitUs }: EndedRequest): Duration => Math.max(0, activatorWaitUs);
const podUs = ({ podWaitUs }: EndedRequest): Duration => Math.max(0, podWaitUs);
const serviceUs = (ended: EndedRequest): Duration => Math.max(0, ended.serviceUs);

const completedTime = (us: RequestTime["us"]): RequestTime => ({
  ...{ counts: isCompleted, us, population: "completed requests" },
});

const TIMES: Readonly<Record<string, RequestTime>> = {
  latency: completedTime(responseUs),
  waiting: completedTime((_t, ended) => activatorUs(ended) + podUs(ended)),
  activator_wait: completedTime((_t, ended) => activatorUs(ended)),
  pod_wait: completedTime((_t, ended) => podUs(ended)),
  service_time: completedTime((_t, ended) => serviceUs(ended)),
  overhead: completedTime((t, ended) => responseUs(t, ended) - activatorUs(ended) - podUs(ended) - serviceUs(ended)),
  "latency.cold": {
    ...{ counts: ({ completed, cold }) => completed && cold, us: responseUs, population: "cold completed requests" },
  },
  "latency.warm": {
    ...{ counts: ({ completed, cold }) => completed && !cold, us: responseUs, population: "warm completed requests" },
  },
  "latency.all": { counts: hasEnded, us: responseUs, population: "ended requests" },
  "latency.status": { counts: COUNTED.status, us: responseUs, population: "requests with that status" },
};

/** Of a distribution over requests: which count, and with what. Undefined for other metrics. */
export function requestTime({ metric }: MetricUse): RequestTime | undefined {
  return Object.hasOwn(TIMES, metric.name) ? TIMES[metric.name] : undefined;
}
