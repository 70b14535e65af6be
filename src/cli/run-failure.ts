/** The run in which a defect of knsim showed itself. */
export interface FailedRun {
  readonly scenario: string;
  readonly seed: string;
  /** The completed scenario, enough to repeat the run. */
  readonly completed: unknown;
}

/** An unexpected error together with the run in which it happened, which the error itself knows nothing of. */
export class RunFailure extends Error {
  override readonly name = "RunFailure";

  constructor(
    override readonly cause: unknown,
    readonly run: FailedRun,
  ) {
    super(cause instanceof Error ? cause.message : String(cause));
  }
}
