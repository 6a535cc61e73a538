import { useSignalEffect } from "@preact/signals";
import { useEffect } from "preact/hooks";
import {
  fileRecord,
  fileRecords,
  fileRecordsError,
  reloadFileRecords,
  startListingRecords,
} from "../../model/file-record.ts";
import { attached, changeError, filesError, fileTrace, listFiles } from "../../model/files.ts";
import { transfersHere } from "../../model/transfers.ts";
import { Code } from "../parts/code.tsx";
import { ErrorNote } from "../parts/error-note.tsx";
import { Exchanges } from "../parts/exchanges.tsx";
import { AttachedCard } from "./attached-card.tsx";
import { DropZone } from "./drop-zone.tsx";
import { RecordChoice } from "./record-choice.tsx";
import { TransferNote } from "./transfer-note.tsx";

export function FilesView() {
  useEffect(startListingRecords, []);
  useSignalEffect(() => void listFiles());
  return (
    <>
      <div class="view-head">
        <h2>Files of a record</h2>
        <p class="quiet">
          By default, files are encrypted in your browser. The PoP then sees their size, but not their name, type or
          content.
        </p>
      </div>
      {fileRecordsError.value !== undefined && <ErrorNote error={fileRecordsError.value} again={reloadFileRecords} />}
      {fileRecords.value === undefined && fileRecordsError.value === undefined && <p class="quiet">Loading records…</p>}
      {fileRecords.value?.length === 0 && <NoRecords />}
      {fileRecord.value !== undefined && <Files />}
    </>
  );
}

function NoRecords() {
  return (
    <p class="empty">
      Files are attached to a record that this page can read. Load sample people or write a record, and unlock the page.
    </p>
  );
}

function Files() {
  return (
    <>
      <RecordChoice />
      <DropZone />
      {transfersHere.value.map((transfer) => (
        <TransferNote key={transfer.id} transfer={transfer} />
      ))}
      {filesError.value !== undefined && <ErrorNote error={filesError.value} again={() => void listFiles()} />}
      {attached.value === undefined && filesError.value === undefined && <p class="quiet">Loading files…</p>}
      {attached.value?.length === 0 && transfersHere.value.length === 0 && filesError.value === undefined && (
        <p class="quiet">This record has no files yet.</p>
      )}
      {changeError.value !== undefined && <ErrorNote error={changeError.value} />}
      {attached.value?.map((file) => (
        <AttachedCard key={file.stored.file_id} file={file} />
      ))}
      {fileTrace.value !== undefined && (
        <>
          <Exchanges exchanges={fileTrace.value.exchanges} />
          <Code code={fileTrace.value.code} />
        </>
      )}
    </>
  );
}
