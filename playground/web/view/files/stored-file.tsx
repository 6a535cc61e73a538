import type { KeptFile } from "../../model/files.ts";
import { formatBytes } from "../../model/words.ts";

/** What the PoP knows of a file. */
export function KeptFileNote({ kept, start }: { readonly kept: KeptFile; readonly start: Uint8Array }) {
  const rows = [
    ["Name", kept.filename],
    ["Type", kept.mime_type ?? "unknown"],
    ["Size", formatBytes(kept.size)],
    ["SHA-256", kept.hash],
    ["First bytes", hexOf(start)],
    ["As text", textOf(start)],
  ] as const;
  return (
    <dl class="kept-file">
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

/** As a hex dump shows it: dots for what is no visible character of ASCII. */
function textOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => (byte >= 0x20 && byte <= 0x7e ? String.fromCharCode(byte) : "·")).join("");
}
