/** A password that the user types. It is held in memory until `forget` is called. */
export interface PasswordPrompt {
  /** Pass this to the options of a Storage. */
  readonly getSecrets: () => Promise<string>;
  /** Removes the password. The next call asks again. */
  readonly forget: () => void;
}

/**
 * Asks for the password when it is first needed. Concurrent calls share one prompt. The password is not stored.
 *
 * A mistyped password would encrypt new records. Before the first write, read an existing record, and call `forget()` if
 * it fails to decrypt.
 */
export function passwordPrompt(ask: () => Promise<string> = askInDialog): PasswordPrompt {
  let asked: Promise<string> | undefined;
  return {
    getSecrets: () => {
      if (asked !== undefined) return asked;
      const asking = ask();
      asked = asking;
      // If the dialog was closed, the next call asks again.
      asking.catch(() => {
        if (asked === asking) asked = undefined;
      });
      return asking;
    },
    forget: () => {
      asked = undefined;
    },
  };
}

/** Asks in a dialog of the page. Rejects if it is closed without a password. */
export async function askInDialog(): Promise<string> {
  const dialog = document.createElement("dialog");
  const form = document.createElement("form");
  form.method = "dialog";
  const label = document.createElement("label");
  label.textContent = "Password for your records ";
  const input = document.createElement("input");
  Object.assign(input, { type: "password", required: true, autocomplete: "current-password" });
  const button = document.createElement("button");
  Object.assign(button, { textContent: "Unlock", value: "unlock" });
  label.append(input);
  form.append(label, button);
  dialog.append(form);
  document.body.append(dialog);
  dialog.showModal();
  await new Promise((resolve) => {
    dialog.addEventListener("close", resolve, { once: true });
  });
  const { value: password } = input;
  input.value = "";
  dialog.remove();
  if (dialog.returnValue !== "unlock" || password === "") throw new Error("No password was entered.");
  return password;
}
