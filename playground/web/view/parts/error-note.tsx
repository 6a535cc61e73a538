import { isStorageError, StorageServerError } from "incountry-storage";
import { Icon } from "./icon.tsx";

/** An error as the SDK words it. */
export function ErrorNote({ error }: { readonly error: unknown }) {
  return (
    <div class="error-note" role="alert">
      <Icon name="alert" />
      <div>
        <p class="error-name">{isStorageError(error) ? error.name : "Something failed"}</p>
        <p>{error instanceof Error ? error.message : String(error)}</p>
        {error instanceof StorageServerError && error.status !== undefined && (
          <p class="quiet small">
            Status {error.status}, request {error.requestId ?? "without a name"}
          </p>
        )}
      </div>
    </div>
  );
}
