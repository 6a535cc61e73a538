import { showRow, written } from "../../model/writing.ts";
import { Code } from "../parts/code.tsx";
import { ErrorNote } from "../parts/error-note.tsx";
import { Exchanges } from "../parts/exchanges.tsx";
import { takeStage, useFocusOn } from "../parts/focus.ts";
import { DraftForm } from "./draft-form.tsx";
import { NextRequest } from "./next-request.tsx";
import { StoredRow } from "./stored-row.tsx";

/** The heart of the page: a record as one types it, and what would leave the browser of it. */
export function WriteView() {
  return (
    <>
      <DraftForm />
      <NextRequest />
      <Sent />
    </>
  );
}

function Sent() {
  const last = written.value;
  // Only what has just been sent: the view begins at its top when one comes back to it.
  const section = useFocusOn<HTMLElement>(last, takeStage);
  if (last === undefined) return null;
  const { trace, row, rowError, country } = last;
  return (
    <section
      class="sent"
      aria-label={row === undefined ? "What was not sent" : "What was sent"}
      tabIndex={-1}
      key={trace.code + String(row?.["updated_at"])}
      ref={section}
    >
      {trace.error !== undefined && <ErrorNote error={trace.error} />}
      {rowError !== undefined && <ErrorNote error={rowError} again={() => void showRow(last)} />}
      {row !== undefined && <StoredRow row={row} country={country} />}
      <Exchanges exchanges={trace.exchanges} />
      <Code code={trace.code} />
    </section>
  );
}
