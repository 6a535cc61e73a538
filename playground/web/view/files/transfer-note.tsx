import { formatBytes } from "../../model/format.ts";
import type { Transfer } from "../../model/transfers.ts";
import { ErrorNote } from "../parts/error-note.tsx";
import { Progress } from "../parts/progress.tsx";

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
  return <Progress label={label} done={transferred} total={total} format={formatBytes} />;
}
