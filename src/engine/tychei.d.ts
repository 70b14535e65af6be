declare module "seedrandom/lib/tychei.js" {
  /** The four words of the generator, whole numbers of 32 bits with sign. */
  interface TycheState {
    readonly a: number;
    readonly b: number;
    readonly c: number;
    readonly d: number;
  }

  interface TycheGenerator {
    /** The next 32 bits, with sign. */
    int32(): number;
    state(): TycheState;
  }

  /** The inverse of Tyche by Neves & Araujo 2011, seeded by a string; touches no global state. */
  export default function tychei(seed: string, options: { readonly state: true }): TycheGenerator;
}
