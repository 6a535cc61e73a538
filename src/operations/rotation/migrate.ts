import * as v from "valibot";
import { fetchLenientPage } from "../../api/records.ts";
import type { Arguments } from "../../calls/arguments.ts";
import { perform } from "../../calls/call.ts";
import type { StorageContext } from "../../calls/context.ts";
import { orEmpty } from "../../calls/input-schemas.ts";
import { pageQuery } from "../../calls/search.ts";
import { pageSizeSchema } from "../../records/filter/schema.ts";
import type { FindFilter } from "../../records/filter/types.ts";
import { type MigrateResult, migrateResult } from "../../rotation/progress.ts";
import { Rotation } from "../../rotation/rotation.ts";
import { exactObject, type SchemaOf } from "../../validation.ts";

export interface MigrateOptions {
  /** @default 100 The maximum number of records to rotate, 1 to 100. */
  limit?: number | undefined;
  /** @default {} Rotate only records that match. */
  filter?: FindFilter | undefined;
  /**
   * @default false Encrypt records with a readable body or `precommitBody` too. Set it if records that were written with
   * `encrypt: false` are meant to be encrypted now; otherwise each of them is an entry of `errors` and stays as it is, since a PoP
   * may have forged it.
   */
  encryptReadable?: boolean | undefined;
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
 * `Storage.migrate`: rotates the first page of outdated records, as the official SDKs do. A page full of records that fail stays the
 * first; `migrateAll` gets past it.
 */
export function migrate(storage: StorageContext, given: Arguments<"options">): Promise<MigrateResult> {
  const own = { options: migrateOptionsSchema(storage.schemas.filter) };
  return perform(storage, "migrate", own, given, async (call, { options }) => {
    const rotation = await Rotation.prepare(call, options);
    if (rotation.search === undefined) return { migrated: 0, totalLeft: 0 };
    const page = await fetchLenientPage(call, pageQuery(rotation.search, { limit: options.limit }));
    const { migrated, settled, errors } = await rotation.rotate(call, page);
    return migrateResult({ migrated, totalLeft: Math.max(0, page.meta.total - settled), errors }, rotation);
  });
}
