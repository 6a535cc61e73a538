import { useSignal } from "@preact/signals";
import type { Ref } from "preact";
import { type Rejection, unlock } from "../../model/check-secret.ts";
import { firstPassword, locked, lockedVersions } from "../../model/secrets.ts";
import { Icon } from "../parts/icon.tsx";

/** Asks for each locked secret. */
export function Unlock({ place }: { readonly place: Ref<HTMLElement> | undefined }) {
  return (
    <section class="panel unlock" aria-label="Unlock" tabIndex={-1} ref={place ?? null}>
      <h3>{locked.value ? "This page is locked" : "Some secrets are still locked"}</h3>
      {lockedVersions.value.map(({ version, kind }) => (
        <UnlockVersion key={version} version={version} kind={kind} />
      ))}
      <p class="quiet small">
        The default password is <code>{firstPassword}</code>.
      </p>
    </section>
  );
}

interface RejectedText extends Rejection {
  readonly text: string;
}

function UnlockVersion({ version, kind }: { readonly version: number; readonly kind: "password" | "key" }) {
  const text = useSignal("");
  const checking = useSignal(false);
  const rejected = useSignal<RejectedText | undefined>(undefined);
  const id = `unlock-${version}`;
  const submit = async (force: boolean): Promise<void> => {
    const tried = text.value;
    checking.value = true;
    const rejection = await unlock({ version, kind, secret: tried }, force);
    checking.value = false;
    rejected.value = rejection && { ...rejection, text: tried };
  };
  const type = (typed: string): void => {
    text.value = typed;
    rejected.value = undefined;
  };
  // The text may have changed since it was checked.
  const rejection = rejected.value?.text === text.value ? rejected.value : undefined;
  const busy = text.value === "" || checking.value;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void submit(false);
      }}
    >
      <label for={id}>
        Version {version} ({kind})
      </label>
      <div class="with-button">
        <input
          id={id}
          type="password"
          autocomplete="off"
          value={text.value}
          aria-invalid={rejection !== undefined}
          aria-describedby={`${id}-problem`}
          onInput={(event) => type(event.currentTarget.value)}
        />
        <button type="submit" class="button primary" disabled={busy}>
          <Icon name="unlock" />
          Unlock
        </button>
      </div>
      <div id={`${id}-problem`} role="alert">
        {rejection !== undefined && <p class="problem">{rejection.problem}</p>}
      </div>
      {rejection?.overridable === true && (
        <button type="button" class="button small" disabled={busy} onClick={() => void submit(true)}>
          Use it anyway
        </button>
      )}
    </form>
  );
}
