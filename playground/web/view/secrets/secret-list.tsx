import { useSignal } from "@preact/signals";
import type { Ref } from "preact";
import { currentVersion, firstPassword, lock, type PageSecret, secrets } from "../../model/secrets.ts";
import { CopyButton } from "../parts/copy-button.tsx";
import { Icon } from "../parts/icon.tsx";

/** The secrets that the page holds. */
export function SecretList({ place }: { readonly place: Ref<HTMLElement> }) {
  return (
    <section class="panel" aria-label="Secrets of this page" tabIndex={-1} ref={place}>
      <ul class="secret-list">
        {secrets.value.map((secret) => (
          <SecretItem key={secret.version} secret={secret} />
        ))}
      </ul>
      <div class="actions">
        <button type="button" class="button" onClick={lock}>
          <Icon name="lock" />
          Lock: forget {secrets.value.length === 1 ? "the secret" : "all secrets"}
        </button>
      </div>
      <p class="quiet small">Then look at Find: you see what anyone sees who does not have them.</p>
    </section>
  );
}

function SecretItem({ secret: { version, kind, secret } }: { readonly secret: PageSecret }) {
  const visible = useSignal(false);
  const seals = version === currentVersion.value ? ", seals what is written now" : "";
  return (
    <li>
      <Icon name="key" />
      <p>
        <strong>Version {version}</strong>{" "}
        <span class="quiet">
          {kind === "key" ? "a key of 32 bytes" : "a password"}
          {seals}
          {secret === firstPassword && ". The playground opens with this one."}
        </span>
        {visible.value && <code class="secret-text">{secret}</code>}
      </p>
      <div class="card-actions">
        <button
          type="button"
          class="button subtle small"
          aria-pressed={visible.value}
          aria-label={`Show version ${version}`}
          onClick={() => (visible.value = !visible.value)}
        >
          {visible.value ? "Hide" : "Show"}
        </button>
        <CopyButton text={secret} label={`Copy version ${version}`} />
      </div>
    </li>
  );
}
