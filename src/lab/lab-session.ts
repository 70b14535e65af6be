import { createStreams, type RandomStream } from "../engine/random.js";
import type { Instant } from "../engine/time.js";
import type { OpenSimulation } from "../experiment/open-simulation.js";
import type { ShellWord } from "../kube/shell-words.js";
import type { DecisionFact } from "../model/observer.js";
import type { BackgroundJobs } from "./background-jobs.js";
import type { ImageResponses } from "./image-responses.js";
import type { ManifestFiles } from "./manifest-files.js";

/** Which kn is played: today's, or the one that older course texts quote. */
export type KnVersion = "current" | "0.26";

/** Files, as far as the lab needs them; supplied from outside. */
export interface LabFiles {
  /** The text of a file; `-` never comes. @throws when it cannot be read */
  readText(path: string): Promise<string>;
  /** Writes a report folder. @returns where it is; @throws with a message for people when it cannot be written */
  writeReport(folder: string, files: AsyncIterable<{ name: string; bytes: Uint8Array }>): Promise<string>;
}

/** Somebody who follows a lesson at a terminal; null when a script plays by itself. */
export interface Learner {
  /** Shows the prompt and waits for a line; null = they are gone. */
  ask(prompt: string): Promise<string | null>;
}

/** What every command works with. */
export interface LabSession {
  readonly simulation: OpenSimulation;
  readonly files: LabFiles;
  readonly manifests: ManifestFiles;
  readonly images: ImageResponses;
  readonly jobs: BackgroundJobs;
  readonly knVersion: KnVersion;
  readonly learner: Learner | null;
  /** Lets a terminal have its turn. @returns whether what runs is to end; null = nobody could interrupt it */
  readonly breathe: (() => Promise<boolean>) | null;
  /** Of what kn itself draws. */
  readonly random: RandomStream;
  /** The latest valid decision about a revision, by its name. */
  readonly decisions: ReadonlyMap<string, DecisionFact>;
  /** When a revision's load was last high enough for panic, by its name. */
  readonly panicTimes: ReadonlyMap<string, Instant>;
  /** A command line that plays all of this again, with what was typed. */
  reproduction(): string;
  /** Everything that a tool prints, standard error at its place. */
  print(text: string): void;
  /** Runs another command line. @returns its exit status */
  run(line: string): Promise<number>;
  /** Runs another command line. @returns what it printed */
  capture(line: string): Promise<string>;
}

/** A command of the lab. */
export interface LabCommand {
  readonly name: string;
  /** How it is called, for `help`. */
  readonly usage: string;
  readonly summary: string;
  /** More about it, for `help NAME`; lines. */
  readonly details?: readonly string[];
  /** @returns the exit status; @throws ToolError */
  run(words: readonly ShellWord[], session: LabSession): number | Promise<number>;
}

/** A tool refuses: its message goes to the terminal as it is. */
export class ToolError extends Error {
  constructor(
    /** With its final line break. */
    readonly text: string,
    readonly status = 1,
  ) {
    super(text);
  }
}

/** The stream that kn draws from, of the cluster's seed but of nobody else. */
export function knRandom(seed: string): RandomStream {
  return createStreams(seed).get("kn/random");
}
