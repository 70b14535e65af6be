/** Names of what the model numbers; by index. */
export interface NameTables {
  readonly services: readonly string[];
  readonly revisions: readonly string[];
  readonly sources: readonly string[];
  /** Empty when neither events nor requests are kept: a fleet has hundreds of thousands of pods. */
  readonly pods: readonly string[];
  /** The node of each pod; "" as long as there is none. */
  readonly nodes: readonly string[];
}
