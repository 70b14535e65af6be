import { InvariantError } from "../engine/invariant.js";

/** An error that travels between threads, where classes get lost. */
export interface SentError {
  readonly name: string;
  readonly message: string;
  readonly stack: string | null;
  readonly details: Readonly<Record<string, unknown>> | null;
}

/** An error as plain data. */
export function sentError(error: unknown): SentError {
  if (!(error instanceof Error)) return { name: "Error", message: String(error), stack: null, details: null };
  const details = error instanceof InvariantError ? error.details : null;
  return { name: error.name, message: error.message, stack: error.stack ?? null, details };
}

/** The error of another thread as one of this thread. */
export function receivedError({ message, stack, details }: SentError): Error {
  const error = details === null ? new Error(message) : new InvariantError(message, details);
  if (stack !== null) error.stack = stack;
  return error;
}
