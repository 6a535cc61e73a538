import { isStorageError, StorageServerError } from "incountry-storage";
import { Icon } from "./icon.tsx";

interface ErrorNoteProps {
  readonly error: unknown;
  /** Repeats the failed operation. */
  readonly again?: () => void;
}

export function ErrorNote({ error, again }: ErrorNoteProps) {
  return (
    <div class="error-note" role="alert">
      <Icon name="alert" />
      <div>
        <p class="error-name">{isStorageError(error) ? error.name : "Unexpected error"}</p>
        <p>{error instanceof Error ? error.message : String(error)}</p>
        {error instanceof StorageServerError && error.status !== undefined && (
          <p class="quiet small">
            Status {error.status}
            {error.requestId !== undefined && `, request ID ${error.requestId}`}
          </p>
        )}
        {again !== undefined && (
          <button type="button" class="button small" onClick={again}>
            Try again
          </button>
        )}
      </div>
    </div>
  );
}
