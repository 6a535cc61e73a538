/** A password that its user types, kept in memory until it is forgotten. */
export interface PasswordPrompt {
  /** For the options of a Storage. */
  readonly getSecrets: () => Promise<string>;
  /** Locks: the next call asks again. */
  readonly forget: () => void;
}

/**
 * Asks when a call needs the password first, once for however many calls wait for it. It is stored nowhere.
 *
 * A mistyped password seals as well as any other. Before the first write, read a record that is known to be there, and
 * `forget()` where it does not open.
 */
export function passwordPrompt(ask: () => Promise<string> = askInDialog): PasswordPrompt {
  let asked: Promise<string> | undefined;
  return {
    getSecrets: () => {
      if (asked !== undefined) return asked;
      const asking = ask();
      asked = asking;
      // Whoever closes the dialog is asked again by the next call.
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

/** Asks in a dialog of the page; rejects where it is closed without an answer. */
export async function askInDialog(): Promise<string> {
  const dialog = document.createElement("dialog");
  const form = document.createElement("form");
  form.method = "dialog";
  const label = document.createElement("label");
  label.textContent = "The password of your records ";
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
  if (dialog.returnValue !== "unlock" || password === "") throw new Error("No password was given.");
  return password;
}
