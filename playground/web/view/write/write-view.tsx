import { showRow, written } from "../../model/write.ts";
import { Code } from "../parts/code.tsx";
import { ErrorNote } from "../parts/error-note.tsx";
import { Exchanges } from "../parts/exchanges.tsx";
import { takeFocusAndScroll, useFocusOn } from "../parts/focus.ts";
import { DraftForm } from "./draft-form.tsx";
import { NextRequest } from "./next-request.tsx";
import { StoredRow } from "./stored-row.tsx";

/** A form for a record, and the request that it sends. */
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
  // Not when the visitor returns to the view, which starts at its top.
  const section = useFocusOn<HTMLElement>(last, takeFocusAndScroll);
  if (last === undefined) return null;
  const { trace, row, rowError, country } = last;
  return (
    <section
      class="sent"
      aria-label={row === undefined ? "Not sent" : "Sent record"}
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
