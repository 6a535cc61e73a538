import { useSignal } from "@preact/signals";
import { type AttachedFile, deleteFile, fetchedFiles, fetchFile, renameFile } from "../../model/files.ts";
import { formatBytes } from "../../model/format.ts";
import { useConfirmation } from "../parts/confirmation.tsx";
import { ErrorNote } from "../parts/error-note.tsx";
import { takeFocus, useFocusOn } from "../parts/focus.ts";
import { FetchedFileLink } from "./fetched-file.tsx";
import { StoredFileDetails } from "./stored-file.tsx";

/** A file as the SDK returns it, beside the file as the PoP stores it. */
export function AttachedCard({ file }: { readonly file: AttachedFile }) {
  const { stored, start, read } = file;
  const name = "meta" in read ? read.meta.fileName : stored.filename;
  return (
    <section class="panel beside attached" aria-label={name}>
      <div class="attached-here">
        <h3>In this page</h3>
        {"error" in read ? <ErrorNote error={read.error} /> : <ReadFile name={name} file={file} />}
        <FileActions fileId={stored.file_id} name={name} renamable={name === stored.filename} />
      </div>
      <div>
        <h3>Stored on the PoP</h3>
        <StoredFileDetails stored={stored} start={start} />
      </div>
    </section>
  );
}

function ReadFile({ name, file: { stored, read } }: { readonly name: string; readonly file: AttachedFile }) {
  const fetched = fetchedFiles.value.get(stored.file_id);
  return (
    <>
      <p>
        <strong class="file-name">{name}</strong>{" "}
        <span class="quiet">
          {"meta" in read && read.meta.mimeType}
          {fetched !== undefined && `, ${formatBytes(fetched.size)}`}
        </span>
      </p>
      {fetched !== undefined && <FetchedFileLink file={fetched} />}
    </>
  );
}

interface FileActionsProps {
  readonly fileId: string;
  readonly name: string;
  /** False for an encrypted file, whose name is encrypted with its content. */
  readonly renamable: boolean;
}

function FileActions({ fileId, name, renamable }: FileActionsProps) {
  const renaming = useSignal(false);
  const remove = useConfirmation("Delete", `Delete ${name}?`, () => void deleteFile(fileId));
  const renameButton = useFocusOn<HTMLButtonElement>(renaming.value);
  if (renaming.value) return <RenameForm fileId={fileId} name={name} close={() => (renaming.value = false)} />;
  return (
    <div class="card-actions">
      <button type="button" class="button small" onClick={() => void fetchFile(fileId, name)}>
        Download
      </button>
      {renamable && (
        <button type="button" class="button subtle small" ref={renameButton} onClick={() => (renaming.value = true)}>
          Rename
        </button>
      )}
      {remove}
    </div>
  );
}

interface RenameFormProps {
  readonly fileId: string;
  readonly name: string;
  readonly close: () => void;
}

function RenameForm({ fileId, name, close }: RenameFormProps) {
  const text = useSignal(name);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    // The form stays open if the PoP rejects the name.
    void renameFile(fileId, text.value).then((renamed) => renamed && close());
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "Escape") close();
  };
  return (
    <form class="with-button" aria-label={`Rename ${name}`} onSubmit={submit} onKeyDown={onKeyDown}>
      <input
        type="text"
        aria-label={`New name of ${name}`}
        value={text.value}
        ref={takeFocus}
        onInput={(event) => (text.value = event.currentTarget.value)}
      />
      <button type="submit" class="button small" disabled={text.value === ""}>
        Rename
      </button>
      <button type="button" class="button subtle small" onClick={close}>
        Cancel
      </button>
    </form>
  );
}
