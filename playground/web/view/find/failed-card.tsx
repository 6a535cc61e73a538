import type { StorageCryptoError } from "incountry-storage";
import { stringifyJson } from "incountry-storage/protocol";
import { Icon } from "../parts/icon.tsx";
import { Json } from "../parts/json.tsx";

/** A record that failed to decrypt or to verify: the received data and the error. */
export function FailedCard({ rawData, error }: { readonly rawData: unknown; readonly error: StorageCryptoError }) {
  const rejected = error.name === "StorageIntegrityError";
  return (
    <li class={`card failed ${rejected ? "rejected" : ""}`}>
      <div class="card-head">
        <strong>
          <Icon name={rejected ? "alert" : "lock"} /> {rejected ? "Rejected" : "Encrypted"}
        </strong>
        <span class="quiet small">{error.name}</span>
      </div>
      <p>{error.message}</p>
      <Json text={stringifyJson(withoutEmpty(rawData))} label="Data from the PoP" />
    </li>
  );
}

function withoutEmpty(rawData: unknown): unknown {
  if (typeof rawData !== "object" || rawData === null) return rawData;
  return Object.fromEntries(Object.entries(rawData).filter(([, value]) => value !== null));
}
