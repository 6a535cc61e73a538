import * as v from "valibot";
import { limits } from "../../records/fields.ts";
import { pageSizeSchema } from "../../records/filter/schema.ts";
import type { FindError, FindFilter } from "../../records/filter/types.ts";
import { Rotation } from "../../rotation/rotation.ts";
import { exactObject, type SchemaOf } from "../../validation.ts";
import { checkInput, run, type StorageContext } from "../context.ts";
import { orEmpty } from "../input-schemas.ts";
import { fetchSortedPage } from "../records/find.ts";

export interface MigrateOptions {
  /** Records to rotate at most: 1 to 100; 100. */
  limit?: number | undefined;
  /** Only records that match. */
  filter?: FindFilter | undefined;
  /**
   * @default false Encrypt records with a readable body or `precommitBody` too. Set it if records that were written with
   * `encrypt: false` are meant to be encrypted now; otherwise each of them is an entry of `errors` and stays as it is, since a PoP
   * may have forged it.
   */
  encryptReadable?: boolean | undefined;
}

export interface MigrateResult {
  /** Records that are now under the current secret. */
  migrated: number;
  /** Records that match and are still under another one. */
  totalLeft: number;
  /** Records that failed to decrypt, are readable, or were refused by the PoP; absent if there were none. */
  errors?: FindError[];
  /**
   * There where the PoP knows no conditional writes: what others wrote to a record between its reading and its writing may be
   * lost. Absent, no record was overwritten that had changed after it was read.
   */
  unconditional?: true;
}

function migrateOptionsSchema(filter: SchemaOf<FindFilter>): SchemaOf<MigrateOptions> {
  return orEmpty(
    exactObject({
      limit: v.optional(pageSizeSchema),
      filter: v.optional(filter),
      encryptReadable: v.optional(v.boolean()),
    }),
  );
}

/**
 * `Storage.migrate`: seals one page of records anew that an older secret sealed. It is the first page, as the official SDKs
 * have it: one that is full of records that cannot be opened stays the first. `migrateAll` goes past it.
 */
export async function migrate(
  context: StorageContext,
  input: { country: unknown; options: unknown; request: unknown },
): Promise<MigrateResult> {
  const { country: countrySchema, filter: filterSchema, request: requestSchema } = context.schemas;
  const entries = { country: countrySchema, options: migrateOptionsSchema(filterSchema), request: requestSchema };
  const { country, options, request } = checkInput("migrate", entries, input);
  const { limit = limits.pageSize, filter = {}, encryptReadable = false } = options;
  return run(request, async () => {
    const rotation = await Rotation.prepare(context, {
      operation: "migrate",
      country,
      filter,
      encryptReadable,
      request,
    });
    if (rotation.search === undefined) return { migrated: 0, totalLeft: 0 };
    const page = await fetchSortedPage(rotation.search, { limit });
    const { migrated, settled, errors } = await rotation.rotate(page);
    return migrateResult({ migrated, totalLeft: Math.max(0, page.meta.total - settled), errors }, rotation);
  });
}

/** A result that leaves out what is not to be told. */
export function migrateResult(
  { errors, ...sums }: { migrated: number; totalLeft: number; errors: FindError[] },
  { conditional }: Pick<Rotation, "conditional">,
): MigrateResult {
  return { ...sums, ...(errors.length > 0 ? { errors } : {}), ...(conditional ? {} : { unconditional: true }) };
}
