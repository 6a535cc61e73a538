import { useSignal } from "@preact/signals";
import { type AttachedFile, deleteFile, openedFiles, openFile, renameFile } from "../../model/files.ts";
import { formatBytes } from "../../model/words.ts";
import { useConfirmation } from "../parts/confirmation.tsx";
import { ErrorNote } from "../parts/error-note.tsx";
import { takeFocus, useFocusOn } from "../parts/focus.ts";
import { KeptFileNote } from "./kept-file-note.tsx";
import { OpenedFileNote } from "./opened-file-note.tsx";

/** A file: as it is here, and beside it as the PoP holds it. */
export function AttachedCard({ file }: { readonly file: AttachedFile }) {
  const { kept, start, here } = file;
  const name = "meta" in here ? here.meta.fileName : kept.filename;
  return (
    <section class="panel beside attached" aria-label={name}>
      <div class="attached-here">
        <h3>Here</h3>
        {"error" in here ? <ErrorNote error={here.error} /> : <Here name={name} file={file} />}
        <FileActions fileId={kept.file_id} name={name} renamable={name === kept.filename} />
      </div>
      <div>
        <h3>At the PoP</h3>
        <KeptFileNote kept={kept} start={start} />
      </div>
    </section>
  );
}

function Here({ name, file: { kept, here } }: { readonly name: string; readonly file: AttachedFile }) {
  const opened = openedFiles.value.get(kept.file_id);
  return (
    <>
      <p>
        <strong class="file-name">{name}</strong>{" "}
        <span class="quiet">
          {"meta" in here && here.meta.mimeType}
          {opened !== undefined && `, ${formatBytes(opened.size)}`}
        </span>
      </p>
      {opened !== undefined && <OpenedFileNote file={opened} />}
    </>
  );
}

interface FileActionsProps {
  readonly fileId: string;
  readonly name: string;
  /** The name of a sealed file is sealed with its bytes. */
  readonly renamable: boolean;
}

function FileActions({ fileId, name, renamable }: FileActionsProps) {
  const renaming = useSignal(false);
  const remove = useConfirmation("Delete", `Delete ${name}?`, () => void deleteFile(fileId));
  const renameButton = useFocusOn<HTMLButtonElement>(renaming.value);
  if (renaming.value) return <RenameForm fileId={fileId} name={name} close={() => (renaming.value = false)} />;
  return (
    <div class="card-actions">
      <button type="button" class="button small" onClick={() => void openFile(fileId, name)}>
        Fetch and open
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
    // A name that is refused stays, to be mended.
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
