/** Kinds of lines in events.jsonl that the model announces (contract details D). */
export const EVENT_KINDS: readonly string[] = [
  ...["ServiceCreated", "ServiceUpdated", "ServiceDeleted", "RevisionCreated", "RevisionDeleted", "RouteProgrammed"],
  ...["TrafficChanged", "RolloutStarted", "RolloutStep", "RolloutFinished", "ConditionChanged", "RoutingStateChanged"],
  ...["DeciderCreated", "DeciderDeleted", "PanicEntered", "PanicExtended", "PanicExited", "ScaledTo", "ModeChanged"],
  ...["PodCreated", "PodScheduled", "PodUnschedulable", "ImagePulled", "PodStarted", "PodServing", "PodReady"],
  ...["PodNotReady", "PodTerminating", "PodDrained", "PodKilled", "PodFailed", "PodDeleted"],
  ...["NodeRequested", "NodeReady", "NodeRemoved"],
  ...["ComponentDown", "ComponentUp", "ConfigChanged", "CommandRun", "CommandFailed", "Note"],
];
