import type { FindError } from "../records/filter/types.ts";
import type { RotatedPage, Rotation } from "./rotation.ts";

export interface MigrateResult {
  /** Records that are now under the current secret. */
  migrated: number;
  /** Records that match and are still under another one. */
  totalLeft: number;
  /** Records that failed to decrypt, are readable, or were refused by the PoP; absent if there are none. */
  errors?: FindError[];
  /**
   * Present if the PoP does not support conditional writes: changes that other clients made to a record between its reading and its
   * writing may be lost. If absent, no change was overwritten.
   */
  unconditional?: true;
}

/** The result of one more page, and the sums of the rotation so far. */
export interface MigrateProgress extends MigrateResult {
  /** Records that this iteration has put under the current secret. */
  totalMigrated: number;
  /** Records to rotate when the iteration began, and those found since. */
  total: number;
}

/** Makes a result, without `errors` and `unconditional` if they do not apply. */
export function migrateResult(
  { errors, ...sums }: { migrated: number; totalLeft: number; errors: FindError[] },
  { conditional }: Pick<Rotation, "conditional">,
): MigrateResult {
  return { ...sums, ...(errors.length > 0 ? { errors } : {}), ...(conditional ? {} : { unconditional: true }) };
}

/** The sums of one iteration. */
export class Tally {
  readonly #rotation: Rotation;
  #migrated = 0;
  #left = 0;
  #total = 0;
  #reported: number | undefined;

  constructor(rotation: Rotation) {
    this.#rotation = rotation;
  }

  /** Begins a pass over so many records. */
  begin(left: number): void {
    this.#left = left;
    this.#total = Math.max(this.#total, this.#migrated + left);
  }

  add({ migrated, settled, errors }: RotatedPage): MigrateProgress {
    this.#migrated += migrated;
    this.#left = Math.max(0, this.#left - settled);
    this.#reported = this.#left;
    const result = migrateResult({ migrated, totalLeft: this.#left, errors }, this.#rotation);
    return { ...result, totalMigrated: this.#migrated, total: this.#total };
  }

  /** True if the last report still holds. */
  get isReported(): boolean {
    return this.#reported === this.#left;
  }
}
