import { useSignal } from "@preact/signals";
import type { Ref } from "preact";
import { type Refusal, unlock } from "../../model/accepting.ts";
import { firstPassword, forgotten, locked } from "../../model/secrets.ts";
import { Icon } from "../parts/icon.tsx";

/** The way back: each secret has to be given again. */
export function Unlock({ place }: { readonly place: Ref<HTMLElement> | undefined }) {
  return (
    <section class="panel unlock" aria-label="Unlock" tabIndex={-1} ref={place ?? null}>
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

interface RefusedText extends Refusal {
  readonly text: string;
}

function UnlockVersion({ version, kind }: { readonly version: number; readonly kind: "password" | "key" }) {
  const text = useSignal("");
  const checking = useSignal(false);
  const refused = useSignal<RefusedText | undefined>(undefined);
  const id = `unlock-${version}`;
  const submit = async (insists: boolean): Promise<void> => {
    const tried = text.value;
    checking.value = true;
    const refusal = await unlock({ version, kind, secret: tried }, insists);
    checking.value = false;
    refused.value = refusal && { ...refusal, text: tried };
  };
  const type = (typed: string): void => {
    text.value = typed;
    refused.value = undefined;
  };
  // It may have been changed while it was checked.
  const refusal = refused.value?.text === text.value ? refused.value : undefined;
  const busy = text.value === "" || checking.value;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void submit(false);
      }}
    >
      <label for={id}>
        Version {version}, {kind === "key" ? "a key" : "a password"}
      </label>
      <div class="with-button">
        <input
          id={id}
          type="password"
          autocomplete="off"
          value={text.value}
          aria-invalid={refusal !== undefined}
          aria-describedby={`${id}-problem`}
          onInput={(event) => type(event.currentTarget.value)}
        />
        <button type="submit" class="button primary" disabled={busy}>
          <Icon name="unlock" />
          Unlock
        </button>
      </div>
      <div id={`${id}-problem`} role="alert">
        {refusal !== undefined && <p class="problem">{refusal.problem}</p>}
      </div>
      {refusal?.surmised === true && (
        <button type="button" class="button small" disabled={busy} onClick={() => void submit(true)}>
          Use it all the same
        </button>
      )}
    </form>
  );
}
