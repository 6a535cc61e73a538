import type { StorageRecord } from "incountry-storage";
import { fieldsWith } from "incountry-storage/protocol";
import { editRecord } from "../../model/draft.ts";
import { labelOf } from "../../model/fields.ts";
import { formatCount, formatDate } from "../../model/format.ts";
import { openRecord, removeRecord } from "../../model/opened.ts";
import { goTo } from "../../model/views.ts";
import { useConfirmation } from "../parts/confirmation.tsx";
import { Icon } from "../parts/icon.tsx";
import { Body } from "./body.tsx";

const keys = fieldsWith({ type: "string" }).filter(
  ({ protection, name }) => protection !== "sealed" && name !== "recordKey",
);
const integers = fieldsWith({ type: "int64" });

/** A record that the page could read. */
export function RecordCard({ country, record }: { readonly country: string; readonly record: StorageRecord }) {
  const { recordKey, body, version, updatedAt } = record;
  const remove = useConfirmation("Delete", "Delete record?", () => void removeRecord(country, recordKey));
  const edit = (): void => {
    editRecord(country, record);
    goTo("write");
  };
  return (
    <li class="card">
      <div class="card-head">
        <strong>{recordKey}</strong>
        <span class="quiet small">
          version {version} {updatedAt !== undefined && `· ${formatDate(updatedAt)}`}
        </span>
      </div>
      <dl class="card-fields">
        {[...keys, ...integers].map(({ name }) => {
          const value = record[name];
          return value === undefined ? null : (
            <div key={name}>
              <dt>{labelOf(name) ?? name}</dt>
              <dd dir="auto">{String(value)}</dd>
            </div>
          );
        })}
      </dl>
      {body !== undefined && <Body text={body} />}
      {(record.attachments ?? []).length > 0 && (
        <p class="quiet small">
          <Icon name="file" /> {formatCount(record.attachments?.length ?? 0, "file")}
        </p>
      )}
      <div class="card-actions">
        <button type="button" class="button subtle small" onClick={() => void openRecord(country, recordKey)}>
          Show details
        </button>
        <button type="button" class="button subtle small" onClick={edit}>
          Edit
        </button>
        {remove}
      </div>
    </li>
  );
}
