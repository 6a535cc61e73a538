import { useSignal } from "@preact/signals";
import type { TargetedDragEvent } from "preact";
import { attach, encrypting } from "../../model/files.ts";
import { locked } from "../../model/secrets.ts";
import { Checkbox } from "../parts/checkbox.tsx";
import { Icon } from "../parts/icon.tsx";

export function DropZone() {
  const over = useSignal(false);
  const drop = (event: TargetedDragEvent<HTMLElement>): void => {
    event.preventDefault();
    over.value = false;
    void attach([...(event.dataTransfer?.files ?? [])]);
  };
  const dragOver = (event: TargetedDragEvent<HTMLElement>): void => {
    event.preventDefault();
    over.value = true;
  };
  return (
    <section
      class={`drop ${over.value ? "over" : ""}`}
      aria-label="Attach files"
      onDragOver={dragOver}
      onDragLeave={() => (over.value = false)}
      onDrop={drop}
    >
      <Icon name="file" />
      <p>
        Drop files here, or <ChooseFiles />
      </p>
      <Checkbox label="Encrypt before upload" value={encrypting} disabled={locked.value} />
    </section>
  );
}

function choose(input: HTMLInputElement): void {
  void attach([...(input.files ?? [])]);
  input.value = "";
}

function ChooseFiles() {
  return (
    <label class="button small choose">
      <input type="file" multiple onChange={(event) => choose(event.currentTarget)} />
      choose files
    </label>
  );
}
