import { useSignal } from "@preact/signals";
import { addSecret, isKeyText, makeKey, nextVersion } from "../../model/secrets.ts";
import { Icon } from "../parts/icon.tsx";

/** A new version of the secret: a password that one types, or a key that is made here. */
export function AddSecret() {
  const kind = useSignal<"password" | "key">("key");
  const text = useSignal("");
  const chosenVersion = useSignal<number | undefined>(undefined);
  const version = chosenVersion.value ?? nextVersion();
  const isWrongKey = kind.value === "key" && text.value !== "" && !isKeyText(text.value);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    addSecret({ version, kind: kind.value, secret: text.value });
    text.value = "";
    chosenVersion.value = undefined;
  };
  const make = (): void => {
    kind.value = "key";
    text.value = makeKey();
  };
  return (
    <form class="panel add-secret" onSubmit={submit} aria-label="Add a version" noValidate>
      <h3>Add a version</h3>
      <div class="inline-field">
        <label for="new-version">Version</label>
        <input
          id="new-version"
          type="number"
          min={0}
          value={version}
          onInput={(event) => (chosenVersion.value = versionOf(event.currentTarget.value))}
        />
      </div>
      <fieldset class="either">
        <legend class="visually-hidden">Kind of secret</legend>
        <KindChoice chosen={kind.value} kind="key" words="Key" choose={() => (kind.value = "key")} />
        <KindChoice chosen={kind.value} kind="password" words="Password" choose={() => (kind.value = "password")} />
      </fieldset>
      <label for="new-secret">{kind.value === "key" ? "32 bytes, in base64" : "Password"}</label>
      <div class="with-button">
        <input
          id="new-secret"
          type="text"
          class="mono"
          value={text.value}
          spellcheck={false}
          autocomplete="off"
          aria-invalid={isWrongKey}
          onInput={(event) => (text.value = event.currentTarget.value)}
        />
        {kind.value === "key" && (
          <button type="button" class="button" onClick={make}>
            Make a key
          </button>
        )}
      </div>
      {isWrongKey && <p class="problem">A key is 32 bytes, written in base64. Make one, or paste one.</p>}
      <p class="quiet small">
        {kind.value === "key"
          ? "A key cannot be guessed. Copy it before you close the page: without it the records stay sealed."
          : "A password can be guessed by whoever has the records and patience. Make it long, or use a key."}
      </p>
      <button type="submit" class="button primary" disabled={text.value === "" || isWrongKey}>
        <Icon name="plus" />
        Add version {version}
      </button>
    </form>
  );
}

function versionOf(text: string): number | undefined {
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

interface KindChoiceProps {
  readonly chosen: string;
  readonly kind: string;
  readonly words: string;
  readonly choose: () => void;
}

function KindChoice({ chosen, kind, words, choose }: KindChoiceProps) {
  return (
    <label class="choice">
      <input type="radio" name="kind" checked={chosen === kind} onChange={choose} />
      <span>{words}</span>
    </label>
  );
}
