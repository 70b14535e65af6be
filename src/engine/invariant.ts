/** A defect of the simulator itself: something that cannot happen did. Exit status 3 at the command line. */
export class InvariantError extends Error {
  override readonly name = "InvariantError";

  constructor(
    message: string,
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
  }
}

/**
 * States what must be true. Stays on in production: a wrong chart is worse than a crash.
 *
 * @throws InvariantError with the details when `condition` is false
 */
export function invariant(
  condition: boolean,
  message: string,
  details?: Readonly<Record<string, unknown>>,
): asserts condition {
  if (!condition) throw new InvariantError(message, details);
}
