/** knsim as a library. It touches no file, clock or terminal and runs in a browser too. */
export { InvariantError } from "./engine/invariant.js";
export type { ClusterView, PodView, RevisionView, ServiceView } from "./experiment/cluster-view.js";
export { type CompareOptions, compareScenarios } from "./experiment/compare.js";
export type { ScenarioEvent } from "./experiment/run.js";
export {
  createSimulation,
  type FileOptions,
  type Result,
  type SimulateOptions,
  type Simulation,
  simulate,
} from "./experiment/simulate.js";
export { VERSION } from "./experiment/version.js";
export type { ComparedFigure, Comparison } from "./measure/comparison.js";
export type {
  DecisionRow,
  EventRow,
  Judged,
  RequestRow,
  Summary,
  TimelineRow,
} from "./measure/run-record.js";
export type { Fact, Observer } from "./model/observer.js";
export { type Diagnostic, formatDiagnostic, ScenarioError } from "./scenario/diagnostics.js";
export type { WrittenEvent } from "./scenario/live-event.js";
export { type LoadOptions, loadScenario } from "./scenario/load.js";
export type { Scenario } from "./scenario/scenario.js";
export { scenarioJsonSchema } from "./scenario/schema.js";
export type { ReadFile, Source } from "./scenario/source-text.js";
export { validateFile } from "./scenario/validate-file.js";
