import { useSignal } from "@preact/signals";
import type { Ref } from "preact";
import { currentVersion, firstPassword, lock, type PageSecret, secrets } from "../../model/secrets.ts";
import { CopyButton } from "../parts/copy-button.tsx";
import { Icon } from "../parts/icon.tsx";

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
          Lock: remove {secrets.value.length === 1 ? "the secret" : "all secrets"}
        </button>
      </div>
      <p class="quiet small">After locking, Find shows what is visible without a secret.</p>
    </section>
  );
}

function SecretItem({ secret: { version, kind, secret } }: { readonly secret: PageSecret }) {
  const visible = useSignal(false);
  const isCurrent = version === currentVersion.value;
  return (
    <li>
      <Icon name="key" />
      <p>
        <strong>Version {version}</strong>{" "}
        <span class="quiet">
          {kind === "key" ? "32-byte key" : "password"}
          {isCurrent && ", encrypts new records"}
          {secret === firstPassword && ". This is the default secret."}
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
