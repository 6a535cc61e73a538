import { useSignal } from "@preact/signals";
import { checkNewSecret, versionProblem } from "../../model/check-secret.ts";
import { keyProblem, makeKey, nextVersion } from "../../model/secrets.ts";
import { Icon } from "../parts/icon.tsx";

/** Adds a version of the secret: a password or a key. */
export function AddSecret() {
  const kind = useSignal<"password" | "key">("key");
  const text = useSignal("");
  const typedVersion = useSignal<string | undefined>(undefined);
  const rejection = useSignal<string | undefined>(undefined);
  const adding = useSignal(false);
  const versionText = typedVersion.value ?? String(nextVersion());
  const version = versionOf(versionText);
  const wrongVersion =
    version === undefined ? "A version is a whole number from 0 to 999,999,999." : versionProblem(version);
  const wrongKey = kind.value === "key" && text.value !== "" ? keyProblem(text.value) : undefined;
  const add = async (version: number): Promise<void> => {
    adding.value = true;
    const rejected = await checkNewSecret({ version, kind: kind.value, secret: text.value });
    adding.value = false;
    rejection.value = rejected?.problem;
    if (rejected !== undefined) return;
    text.value = "";
    typedVersion.value = undefined;
  };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (version !== undefined) void add(version);
  };
  const type = (typed: string): void => {
    text.value = typed;
    rejection.value = undefined;
  };
  const make = (): void => {
    kind.value = "key";
    type(makeKey());
  };
  const problem = wrongKey ?? rejection.value;
  const ready = text.value !== "" && wrongVersion === undefined && wrongKey === undefined && !adding.value;
  return (
    <form class="panel add-secret" onSubmit={submit} aria-label="Add a version" noValidate>
      <h3>Add a version</h3>
      <div class="inline-field">
        <label for="new-version">Version</label>
        <input
          id="new-version"
          type="number"
          min={0}
          value={versionText}
          aria-invalid={wrongVersion !== undefined}
          aria-describedby="new-version-problem"
          onInput={(event) => (typedVersion.value = event.currentTarget.value)}
        />
      </div>
      <div id="new-version-problem" role="alert">
        {wrongVersion !== undefined && <p class="problem">{wrongVersion}</p>}
      </div>
      <fieldset class="either">
        <legend class="visually-hidden">Kind of secret</legend>
        <KindChoice chosen={kind.value} kind="key" label="Key" choose={() => (kind.value = "key")} />
        <KindChoice chosen={kind.value} kind="password" label="Password" choose={() => (kind.value = "password")} />
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
          aria-invalid={wrongKey !== undefined}
          aria-describedby="new-secret-problem"
          onInput={(event) => type(event.currentTarget.value)}
        />
        {kind.value === "key" && (
          <button type="button" class="button" onClick={make}>
            New key
          </button>
        )}
      </div>
      <div id="new-secret-problem" role="alert">
        {problem !== undefined && <p class="problem">{problem}</p>}
      </div>
      <p class="quiet small">
        {kind.value === "key"
          ? "Copy the key before you close the page. Without it, its records cannot be decrypted."
          : "An attacker with the records can guess passwords. Use a long one, or a key."}
      </p>
      <button type="submit" class="button primary" disabled={!ready}>
        <Icon name="plus" />
        Add version {versionText}
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
  readonly label: string;
  readonly choose: () => void;
}

function KindChoice({ chosen, kind, label, choose }: KindChoiceProps) {
  return (
    <label class="choice">
      <input type="radio" name="kind" checked={chosen === kind} onChange={choose} />
      <span>{label}</span>
    </label>
  );
}
