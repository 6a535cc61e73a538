import { formatBytes } from "../../model/format.ts";
import { preview } from "../../model/write.ts";
import { ExchangeShown } from "../parts/exchanges.tsx";

/** The complete request that would be sent now. */
export function NextRequest() {
  const seen = preview.value;
  if (!("exchange" in seen)) return null;
  const { method, path, body = "" } = seen.exchange;
  return (
    <details class="panel">
      <summary>
        <h3>Request preview</h3>
        <code class="quiet">
          {method} {path} · {formatBytes(new TextEncoder().encode(body).length)}
        </code>
      </summary>
      <ExchangeShown exchange={seen.exchange} />
    </details>
  );
}
