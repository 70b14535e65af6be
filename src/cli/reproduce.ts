/** What of a command line bears on the result of a run. */
export interface RunChoice {
  /** As typed; only its last part is told, so that a report does not depend on where it was made. */
  readonly file: string;
  readonly seed: string;
  readonly duration: string | null;
  readonly set: readonly string[];
  readonly skipBadLines: boolean;
}

/** The command that reproduces a run, to be typed in the folder of its scenario. */
export function reproducingCommand({ file, seed, duration, set, skipBadLines }: RunChoice): string {
  const words = [
    "knsim",
    "run",
    file.slice(Math.max(file.lastIndexOf("/"), file.lastIndexOf("\\")) + 1),
    "--seed",
    seed,
    ...(duration === null ? [] : ["--duration", duration]),
    ...set.flatMap((assignment) => ["--set", assignment]),
    ...(skipBadLines ? ["--skip-bad-lines"] : []),
  ];
  return words.map(quoted).join(" ");
}

/** The word for a POSIX shell. */
function quoted(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
