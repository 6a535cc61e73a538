import { fieldOfWire, protectionOf } from "../../model/fields.ts";
import { formatValue } from "../../model/format.ts";
import type { Row } from "../../model/pop.ts";
import { ProtectionBadge } from "./protection-badge.tsx";

/** A record as the PoP stores it. Empty columns are only counted. */
export function RowTable({ row, label }: { readonly row: Row; readonly label: string }) {
  const entries = Object.entries(row);
  const set = entries.filter(([, value]) => value !== null && !(Array.isArray(value) && value.length === 0));
  return (
    <div class="table-frame" tabIndex={0} role="region" aria-label={label}>
      <table class="row-table">
        <thead>
          <tr>
            <th scope="col">Column</th>
            <th scope="col">Format</th>
            <th scope="col">Value</th>
          </tr>
        </thead>
        <tbody>
          {set.map(([wire, value]) => (
            <Column key={wire} wire={wire} value={value} />
          ))}
        </tbody>
      </table>
      <p class="quiet small">{entries.length - set.length} more columns are empty.</p>
    </div>
  );
}

function Column({ wire, value }: { readonly wire: string; readonly value: unknown }) {
  const field = fieldOfWire(wire);
  return (
    <tr>
      <th scope="row">
        <code>{wire}</code>
      </th>
      <td>{field !== undefined && <ProtectionBadge kind={protectionOf(field)} />}</td>
      <td>
        <code class="stored-value">{formatValue(value)}</code>
      </td>
    </tr>
  );
}
