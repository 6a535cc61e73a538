import { showRow, written } from "../../model/writing.ts";
import { Code } from "../parts/code.tsx";
import { ErrorNote } from "../parts/error-note.tsx";
import { Exchanges } from "../parts/exchanges.tsx";
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

function bringIntoView(section: HTMLElement | null): void {
  section?.scrollIntoView();
}

function Sent() {
  const last = written.value;
  if (last === undefined) return null;
  const { trace, row, rowError, country } = last;
  return (
    <section class="sent" aria-label="What was sent" key={trace.code + String(row?.["updated_at"])} ref={bringIntoView}>
      {trace.error !== undefined && <ErrorNote error={trace.error} />}
      {rowError !== undefined && <ErrorNote error={rowError} again={() => void showRow(last)} />}
      {row !== undefined && <StoredRow row={row} country={country} />}
      <Exchanges exchanges={trace.exchanges} />
      <Code code={trace.code} />
    </section>
  );
}
