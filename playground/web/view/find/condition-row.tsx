import { recordFields } from "incountry-storage/protocol";
import type { TargetedInputEvent } from "preact";
import {
  type Condition,
  type ConditionField,
  conditionFields,
  type Operator,
  operatorLabels,
  operatorsOf,
  takesValue,
} from "../../model/conditions.ts";
import { protectionOf, titleOf } from "../../model/fields.ts";
import { changeCondition, removeCondition } from "../../model/search.ts";
import { hashSearchKeys } from "../../model/settings.ts";
import { Icon } from "../parts/icon.tsx";

interface ConditionRowProps {
  readonly condition: Condition;
  readonly problem: string | undefined;
}

/** A condition: a field, an operator, and values. */
export function ConditionRow({ condition, problem }: ConditionRowProps) {
  const { id, field, operator, value, upTo } = condition;
  // A missing value is not reported before anything was typed.
  const typed = value !== "" || upTo !== "" || !takesValue(operator);
  return (
    <fieldset class="condition">
      <legend class="visually-hidden">Condition</legend>
      <FieldChoice id={id} field={field} />
      <OperatorChoice id={id} field={field} operator={operator} />
      {takesValue(operator) && <ValueInput condition={condition} label="Value" of="value" />}
      {operator === "between" && <span class="quiet">and</span>}
      {operator === "between" && <ValueInput condition={condition} label="Maximum" of="upTo" />}
      <button type="button" class="button icon-only" aria-label="Remove condition" onClick={() => removeCondition(id)}>
        <Icon name="close" />
      </button>
      {problem !== undefined && typed && <p class="problem">{problem}</p>}
    </fieldset>
  );
}

function FieldChoice({ id, field }: { readonly id: number; readonly field: ConditionField }) {
  // Keeps a condition on search keys that was added before they were hashed.
  const choices: readonly ConditionField[] =
    hashSearchKeys.value && field !== "searchKeys" ? conditionFields : ["searchKeys", ...conditionFields];
  const choose = (text: string): void => {
    const chosen = choices.find((name) => name === text);
    if (chosen !== undefined) changeCondition(id, { field: chosen, value: "", upTo: "" });
  };
  return (
    <select aria-label="Field" value={field} onChange={(event) => choose(event.currentTarget.value)}>
      {choices.map((name) => (
        <option key={name} value={name}>
          {fieldText(name)}
        </option>
      ))}
    </select>
  );
}

function fieldText(name: ConditionField): string {
  if (name === "searchKeys") return `key1 to key20${hashSearchKeys.value ? " (only if not hashed)" : ""}`;
  return `${titleOf(name)} (${protectionOf(name)})`;
}

interface OperatorChoiceProps {
  readonly id: number;
  readonly field: ConditionField;
  readonly operator: Operator;
}

function OperatorChoice({ id, field, operator }: OperatorChoiceProps) {
  const operators = operatorsOf(field);
  const choose = (text: string): void => {
    const chosen = operators.find((name) => name === text);
    if (chosen !== undefined) changeCondition(id, { operator: chosen });
  };
  return (
    <select aria-label="Operator" value={operator} onChange={(event) => choose(event.currentTarget.value)}>
      {operators.map((name) => (
        <option key={name} value={name}>
          {operatorLabels[name]}
        </option>
      ))}
    </select>
  );
}

interface ValueInputProps {
  readonly condition: Condition;
  readonly label: string;
  readonly of: "value" | "upTo";
}

function ValueInput({ condition, label, of }: ValueInputProps) {
  const { id, field, operator } = condition;
  const isDate = field !== "searchKeys" && recordFields[field].type === "date";
  const isList = operator === "isAnyOf" || operator === "isNoneOf";
  const common = {
    "aria-label": label,
    value: condition[of],
    autocomplete: "off",
    onInput: (event: TargetedInputEvent<HTMLInputElement>) => changeCondition(id, { [of]: event.currentTarget.value }),
  } as const;
  if (isDate) return <input type="datetime-local" {...common} />;
  return <input type="text" placeholder={isList ? "one, two" : ""} spellcheck={false} {...common} />;
}
