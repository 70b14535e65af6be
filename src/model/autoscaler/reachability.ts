/** Whether traffic can be routed to a revision. What is unknown counts as reachable. */
export type Reachability = "Reachable" | "Unreachable" | "Unknown";
