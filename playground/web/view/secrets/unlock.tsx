import { useSignal } from "@preact/signals";
import { addSecret, firstPassword, forgotten, locked } from "../../model/secrets.ts";
import { Icon } from "../parts/icon.tsx";

/** The way back: each secret has to be given again. */
export function Unlock() {
  return (
    <section class="panel unlock" aria-label="Unlock">
      <h3>{locked.value ? "This page is locked" : "Some secrets are still forgotten"}</h3>
      {forgotten.value.map(({ version, kind }) => (
        <UnlockVersion key={version} version={version} kind={kind} />
      ))}
      <p class="quiet small">
        The playground’s first password is <code>{firstPassword}</code>.
      </p>
    </section>
  );
}

function UnlockVersion({ version, kind }: { readonly version: number; readonly kind: "password" | "key" }) {
  const text = useSignal("");
  const id = `unlock-${version}`;
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    addSecret({ version, kind, secret: text.value });
  };
  return (
    <form onSubmit={submit}>
      <label for={id}>
        Version {version}, {kind === "key" ? "a key" : "a password"}
      </label>
      <div class="with-button">
        <input
          id={id}
          type="password"
          autocomplete="off"
          value={text.value}
          onInput={(event) => (text.value = event.currentTarget.value)}
        />
        <button type="submit" class="button primary" disabled={text.value === ""}>
          <Icon name="unlock" />
          Unlock
        </button>
      </div>
    </form>
  );
}
