/** Every warning there is, so that CI can allow some of them by name (contract details A35). An id keeps its meaning. */
export const WARNING_IDS = [
  // What a revision asks for and the model does not have.
  "W-hpa",
  "W-probe-exec",
  "W-startup-probe",
  "W-volume",
  "W-init-container",
  // Manifests and ConfigMaps.
  "W-annotation",
  "W-kind",
  "W-configuration",
  "W-config-key",
  // What images do.
  "W-service-time",
  "W-app",
  // Who sends requests.
  "W-never-active",
  "W-negative-rate",
  "W-bad-lines",
  // The run and its report.
  "W-rounded",
  "W-event-after-end",
  "W-event",
  "W-timeline",
  // Metrics of a real cluster.
  "W-spacing",
] as const;

export type WarningId = (typeof WARNING_IDS)[number];
