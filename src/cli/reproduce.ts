import { formatSeeds, type SeedChoice } from "../experiment/replications.js";

/** What of a command line bears on the result of a run. */
export interface RunChoice {
  /** As typed; only its last part is told, so that a report does not depend on where it was made. */
  readonly file: string;
  /** Of the run, or of the first replication. */
  readonly seed: string;
  /** Absent = one run. */
  readonly replications?: SeedChoice | null;
  readonly duration: string | null;
  readonly set: readonly string[];
  readonly skipBadLines: boolean;
}

/** The command that reproduces a run, to be typed in the folder of its scenario. */
export function reproducingCommand(choice: RunChoice): string {
  const { file, duration, set, skipBadLines } = choice;
  const words = [
    "knsim",
    "run",
    file.slice(Math.max(file.lastIndexOf("/"), file.lastIndexOf("\\")) + 1),
    ...seedWords(choice),
    ...(duration === null ? [] : ["--duration", duration]),
    ...set.flatMap((assignment) => ["--set", assignment]),
    ...(skipBadLines ? ["--skip-bad-lines"] : []),
  ];
  return words.map(quoted).join(" ");
}

function seedWords({ seed, replications = null }: RunChoice): readonly string[] {
  if (replications?.kind === "seeds") return ["--seeds", formatSeeds(replications.seeds)];
  return ["--seed", seed, ...(replications === null ? [] : ["--replications", String(replications.count)])];
}

/** The word for a POSIX shell. */
function quoted(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
