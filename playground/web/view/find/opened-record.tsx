import type { StorageRecord } from "incountry-storage";
import { fieldEntries } from "incountry-storage/protocol";
import { labelOf } from "../../model/fields.ts";
import { countryName, formatDate } from "../../model/format.ts";
import { closeOpened, opened, openRecord, removeRecord } from "../../model/opened.ts";
import { Code } from "../parts/code.tsx";
import { ErrorNote } from "../parts/error-note.tsx";
import { Exchanges } from "../parts/exchanges.tsx";
import { useFocusOn } from "../parts/focus.ts";
import { Icon } from "../parts/icon.tsx";
import { RowTable } from "../parts/row-table.tsx";

/** One record as the SDK returns it, beside its row. */
export function OpenedRecord() {
  const seen = opened.value;
  const section = useFocusOn<HTMLElement>(seen);
  if (seen === undefined) return null;
  const { country, recordKey, trace } = seen;
  const outcome = trace.error === undefined ? "was deleted" : "was not deleted";
  const title = seen.kind === "deleted" ? `${recordKey} ${outcome}` : recordKey;
  const again = (): void => {
    void (seen.kind === "deleted" ? removeRecord(country, recordKey) : openRecord(country, recordKey));
  };
  return (
    <section class="panel opened" aria-label={title} tabIndex={-1} ref={section}>
      <div class="card-head">
        <h3>
          {title} <span class="quiet">{countryName(country)}</span>
        </h3>
        <button type="button" class="button icon-only" aria-label="Close" onClick={closeOpened}>
          <Icon name="close" />
        </button>
      </div>
      {trace.error !== undefined && <ErrorNote error={trace.error} again={again} />}
      {seen.kind === "read" && seen.record !== undefined && (
        <div class="beside">
          <div>
            <h4>Decrypted in this page</h4>
            <RecordFields record={seen.record} />
          </div>
          <div>
            <h4>Stored on the PoP</h4>
            {seen.row !== undefined && <RowTable row={seen.row} label="The row in the PoP’s database" />}
            {seen.rowError !== undefined && <ErrorNote error={seen.rowError} again={again} />}
          </div>
        </div>
      )}
      <Exchanges exchanges={trace.exchanges} />
      <Code code={trace.code} />
    </section>
  );
}

function RecordFields({ record }: { readonly record: StorageRecord }) {
  return (
    <dl class="record-fields">
      {fieldEntries.map(({ name }) => {
        const value = record[name];
        if (value === undefined || Array.isArray(value)) return null;
        return (
          <div key={name}>
            <dt>
              <code>{name}</code> <span class="quiet">{labelOf(name)}</span>
            </dt>
            <dd>{value instanceof Date ? formatDate(value) : String(value)}</dd>
          </div>
        );
      })}
    </dl>
  );
}
