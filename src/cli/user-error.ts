/**
 * Something the user can put right: a wrong option, a file that cannot be read, a folder that cannot be written.
 * Shown as `error: message`, one line per message, with exit status 2 and never a stack trace.
 */
export class UserError extends Error {
  override readonly name = "UserError";

  constructor(readonly messages: readonly string[]) {
    super(messages.join("\n"));
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EEXIST: "it exists already",
  EISDIR: "it is a directory",
  ENAMETOOLONG: "the name is too long",
  ENOENT: "no such file or directory",
  ENOSPC: "no space left on the device",
  ENOTDIR: "a part of the path is not a directory",
  EPERM: "operation not permitted",
  EROFS: "the file system is read-only",
};

/** Why the operating system refused, in words; null when the error is not the operating system's. */
export function systemReason(error: unknown): string | null {
  if (!(error instanceof Error) || !("code" in error) || !("syscall" in error)) return null;
  return REASONS[String(error.code)] ?? error.message;
}

/**
 * Runs `action`; what the operating system refuses becomes a UserError `cannot <deed>: <reason>`.
 *
 * @throws UserError, or whatever else the action throws
 */
export async function explaining<T>(deed: string, action: () => T | Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    const reason = systemReason(error);
    if (reason === null) throw error;
    throw new UserError([`cannot ${deed}: ${reason}`]);
  }
}
