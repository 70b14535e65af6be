/**
 * Kinds of events and the order of different kinds at one instant (contract details A31, golden/README.md "Events at the
 * same time"): a pod that becomes ready at 2 s is seen by the decision at 2 s, a request that completes at the moment its
 * time is up has completed, a report of 2 s includes the arrival at 2 s.
 */
export const Rank = {
  change: 0,
  pod: 1,
  propagation: 2,
  completion: 3,
  timeout: 4,
  hop: 5,
  arrival: 6,
  queueProxyReport: 7,
  activatorReport: 8,
  scrape: 9,
  decision: 10,
  reconcile: 11,
} as const;

/** What an event is about; `entity` in brackets. */
export const Kind = {
  /** One of the scenario's events (its index). */
  change: 0,
  /** A pod object appears (revision; payload: ordinal). */
  podCreation: 1,
  /** A pod goes on to the next step of its life (pod; payload: step). */
  podStep: 2,
  /** News about a revision's pods reaches the activators (revision). */
  endpoints: 3,
  /** The gateway serves a newer configuration of a revision's endpoints (revision). */
  gatewayEndpoints: 4,
  /** The gateway serves a newer configuration of a route (service). */
  gatewayRoute: 5,
  /** A request's work is done (request; payload: slot). */
  completion: 6,
  /** The CPU share of a request's work is done (pod). */
  cpu: 7,
  /** The timer of the oldest request may end (its revision's timers: one for all of a length). */
  deadline: 8,
  /** The patience of a source's longest waiting client ends (source). */
  clientDeadline: 9,
  /** A request has passed the overhead of a hop (request; payload: slot). */
  hop: 10,
  queueProxyReport: 11,
  activatorReport: 12,
  scrape: 13,
  decision: 14,
  /** A pod autoscaler is reconciled because something changed (revision). */
  reconcile: 15,
  /** A pod autoscaler is reconciled because it asked for another look (revision). */
  requeue: 16,
  /** The background check that an activator answers for a revision (revision). */
  activatorProbe: 17,
  /** A control-plane object is reconciled (service; payload: which). */
  controlPlane: 18,
  autoscalerUp: 19,
  /** An activator comes back (activator). */
  activatorUp: 20,
  /** The next step of a gradual rollout is due (service). */
  rollout: 21,
  /** A revision's controller looks at it (revision; payload: why). */
  revisionController: 22,
  /** The activators have been without a connection to the autoscaler for too long. */
  activatorsLeave: 23,
  /** A sleeping revision's next decision will say something else (revision). */
  alarm: 24,
} as const;

/** Names of the kinds for messages about defects. */
export function kindName(kind: number): string {
  return Object.entries(Kind).find(([, value]) => value === kind)?.[0] ?? `event ${kind}`;
}
