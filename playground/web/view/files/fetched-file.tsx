import type { OpenedFile } from "../../model/files.ts";

/** A file that was fetched and opened: a picture is shown, anything else can be saved. */
export function OpenedFileNote({ file: { url, name, type } }: { readonly file: OpenedFile }) {
  return (
    <>
      {type.startsWith("image/") && <img class="picture" src={url} alt={name} />}
      <p>
        <a href={url} download={name}>
          Save {name}
        </a>
      </p>
    </>
  );
}
