/** Where a command's words go: results to standard output, everything else to standard error (contract §1). */
export interface Terminal {
  /** Results. The text brings its own line ends. */
  print(text: string): void;
  /** Diagnostics, progress and remarks. The text brings its own line ends. */
  remark(text: string): void;
  /** Whether standard error is a terminal, so that a progress line makes sense. */
  readonly isInteractive: boolean;
  /** Whether results, and remarks, may be coloured. */
  readonly colour: { readonly results: boolean; readonly remarks: boolean };
  /** Characters in a line of standard error. */
  readonly columns: number;
}

/** The process's own terminal. `NO_COLOR` (https://no-color.org) and a dumb terminal switch colours off. */
export function processTerminal(): Terminal {
  const mayColour = !process.env.NO_COLOR && process.env.TERM !== "dumb";
  return {
    print: (text) => void process.stdout.write(text),
    remark: (text) => void process.stderr.write(text),
    isInteractive: process.stderr.isTTY === true,
    colour: {
      results: mayColour && process.stdout.isTTY === true,
      remarks: mayColour && process.stderr.isTTY === true,
    },
    columns: process.stderr.columns || 80,
  };
}

/** The same terminal without colours (`--no-color`). */
export function withoutColour(terminal: Terminal): Terminal {
  return { ...terminal, colour: { results: false, remarks: false } };
}

const SGR = { bold: 1, red: 31, green: 32, yellow: 33, dim: 2 } as const;

/** The text in a colour or weight, unchanged when `on` is false. */
export function styled(text: string, style: keyof typeof SGR, on: boolean): string {
  return on ? `\u001b[${SGR[style]}m${text}\u001b[0m` : text;
}
