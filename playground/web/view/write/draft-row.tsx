import { recordFields } from "incountry-storage/protocol";
import type { TargetedInputEvent } from "preact";
import { draftTexts, removeField, setText } from "../../model/draft.ts";
import { meaningOf, protectionOf, type WritableField } from "../../model/fields.ts";
import { locked } from "../../model/secrets.ts";
import { shown } from "../../model/words.ts";
import { preview } from "../../model/writing.ts";
import { Icon } from "../parts/icon.tsx";
import { Leaves } from "./leaves.tsx";

interface DraftRowProps {
  readonly name: WritableField;
  readonly problem: string | undefined;
}

/** A field of the record: what one types, and beside it what becomes of that. */
export function DraftRow({ name, problem }: DraftRowProps) {
  const id = `draft-${name}`;
  const meaning = meaningOf(name);
  // How the field leaves, in a word. As what it leaves can be read beside it, and would be a long thing to hear each time.
  const described = problem === undefined ? `leaves-${name}-as` : `problem-${name} leaves-${name}-as`;
  return (
    <div class="draft-row">
      <div class="given">
        <label for={id}>
          {meaning ?? name} {meaning !== undefined && <code class="quiet">{name}</code>}
        </label>
        <FieldInput id={id} name={name} described={described} invalid={problem !== undefined} />
        {name !== "recordKey" && name !== "body" && (
          <button
            type="button"
            class="button icon-only"
            aria-label={`Leave out ${name}`}
            onClick={() => removeField(name)}
          >
            <Icon name="close" />
          </button>
        )}
        {problem !== undefined && (
          <p class="problem" id={`problem-${name}`} role="alert">
            {problem}
          </p>
        )}
      </div>
      <Leaves id={`leaves-${name}`} protection={protectionOf(name)} text={leavingText(name)} />
    </div>
  );
}

function leavingText(name: WritableField): string | undefined {
  if (locked.value) return undefined;
  const seen = preview.value;
  const value = "wire" in seen ? seen.wire?.[recordFields[name].wire] : undefined;
  return value === undefined || value === null ? undefined : shown(value);
}

interface FieldInputProps {
  readonly id: string;
  readonly name: WritableField;
  readonly described: string;
  readonly invalid: boolean;
}

function FieldInput({ id, name, described, invalid }: FieldInputProps) {
  const { type, protection } = recordFields[name];
  const common = {
    id,
    value: draftTexts.value[name] ?? "",
    "aria-describedby": described,
    "aria-invalid": invalid,
    spellcheck: false,
    autocomplete: "off",
    onInput: (event: TargetedInputEvent<HTMLInputElement | HTMLTextAreaElement>) =>
      setText(name, event.currentTarget.value),
  } as const;
  if (protection === "sealed") return <textarea rows={4} {...common} />;
  if (type === "date") return <input type="datetime-local" step="any" {...common} />;
  return <input type="text" inputMode={type === "int64" ? "numeric" : "text"} {...common} />;
}
