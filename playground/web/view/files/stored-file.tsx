import type { StoredFile } from "../../model/files.ts";
import { formatBytes } from "../../model/format.ts";

/** A file as the PoP stores it. */
export function StoredFileDetails({ stored, start }: { readonly stored: StoredFile; readonly start: Uint8Array }) {
  const rows = [
    ["Name", stored.filename],
    ["Type", stored.mime_type ?? "unknown"],
    ["Size", formatBytes(stored.size)],
    ["SHA-256", stored.hash],
    ["First bytes", hexOf(start)],
    ["As text", textOf(start)],
  ] as const;
  return (
    <dl class="stored-file">
      {rows.map(([term, value]) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>
            <code>{value}</code>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}

/** Printable ASCII, with dots for other bytes. */
function textOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => (byte >= 0x20 && byte <= 0x7e ? String.fromCharCode(byte) : "·")).join("");
}
