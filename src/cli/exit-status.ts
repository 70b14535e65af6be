/** Exit status of every command (contract §1); when several apply the gravest wins: defect, bad input, no. */
export const ExitStatus = { fine: 0, no: 1, badInput: 2, defect: 3, interrupted: 130 } as const;
export type ExitStatus = (typeof ExitStatus)[keyof typeof ExitStatus];
