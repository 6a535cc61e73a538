import { formatBytes } from "../../model/format.ts";
import type { Transfer } from "../../model/transfers.ts";
import { ErrorNote } from "../parts/error-note.tsx";

/** The progress of a transfer, or its error. */
export function TransferNote({ transfer }: { readonly transfer: Transfer }) {
  const { name, direction, transferred, total, error } = transfer;
  if (error !== undefined) {
    return (
      <div>
        <p>
          <strong>{name}</strong> {direction === "up" ? "was not uploaded." : "was not downloaded."}
        </p>
        <ErrorNote error={error} />
      </div>
    );
  }
  const label = `${direction === "up" ? "Uploading" : "Downloading"} ${name}`;
  return (
    <div class="progress">
      <div class="progress-words">
        <span>{label}</span>
        <span class="quiet numbers">
          {formatBytes(transferred)} {total === undefined ? "" : `of ${formatBytes(total)}`}
        </span>
      </div>
      <progress aria-label={label} value={transferred} max={Math.max(total ?? transferred, 1)} />
    </div>
  );
}
