import type { FetchedFile } from "../../model/files.ts";

/** A fetched file: a link to save it, and its picture if it is an image. */
export function FetchedFileLink({ file: { url, name, type } }: { readonly file: FetchedFile }) {
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
