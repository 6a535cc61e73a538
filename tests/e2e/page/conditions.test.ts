import { recordFields } from "incountry-storage/protocol";
import { describe, expect, test } from "vitest";
import {
  type Condition,
  type ConditionField,
  conditionFields,
  filterOf,
  type Operator,
  operatorsOf,
} from "../../../playground/web/model/conditions.ts";

let lastId = 0;

function condition(field: ConditionField, operator: Operator, value = "", upTo = ""): Condition {
  lastId += 1;
  return { id: lastId, field, operator, value, upTo };
}

describe("a filter has", () => {
  test.each([
    [condition("key1", "is", "Brandt"), { key1: "Brandt" }],
    [condition("key1", "is", " Brandt"), { key1: " Brandt" }],
    [condition("key1", "isAnyOf", "Brandt, Kaya ,"), { key1: ["Brandt", "Kaya"] }],
    [condition("key1", "isNot", "Brandt"), { key1: { $not: "Brandt" } }],
    [condition("key1", "isNoneOf", "Brandt,Kaya"), { key1: { $not: ["Brandt", "Kaya"] } }],
    [condition("key1", "isUnset"), { key1: null }],
    [condition("key1", "isSet"), { key1: { $not: null } }],
    [condition("rangeKey1", "is", "19870412"), { rangeKey1: 19870412 }],
    [condition("rangeKey1", "is", "9223372036854775807"), { rangeKey1: 9223372036854775807n }],
    [condition("rangeKey1", "above", "-5"), { rangeKey1: { $gt: -5 } }],
    [condition("rangeKey1", "atLeast", "+5"), { rangeKey1: { $gte: 5 } }],
    [condition("rangeKey1", "below", "5"), { rangeKey1: { $lt: 5 } }],
    [condition("rangeKey1", "atMost", "5"), { rangeKey1: { $lte: 5 } }],
    [condition("rangeKey1", "between", "1", "2"), { rangeKey1: { $gte: 1, $lte: 2 } }],
    [condition("version", "isNot", "3"), { version: { $not: 3 } }],
    [condition("createdAt", "atLeast", "2026-01-02T03:04Z"), { createdAt: { $gte: new Date("2026-01-02T03:04Z") } }],
    [condition("searchKeys", "contains", "ran"), { searchKeys: "ran" }],
  ])("%o", (built, filter) => {
    expect(filterOf([built])).toEqual({ filter, problems: new Map() });
  });

  test("several conditions on different fields", () => {
    const conditions = [condition("key1", "is", "a"), condition("rangeKey1", "above", "1")];
    expect(filterOf(conditions).filter).toEqual({ key1: "a", rangeKey1: { $gt: 1 } });
  });
});

describe("an error is reported for", () => {
  test.each([
    [condition("key1", "is"), "Enter a value."],
    [condition("key1", "isAnyOf", " , "), "Enter values separated by commas."],
    [condition("rangeKey1", "is", "1.5"), "Enter a whole number."],
    [condition("rangeKey1", "between", "1", ""), "Enter a whole number."],
    [condition("createdAt", "below", "yesterday"), "Choose a date and time."],
    [condition("searchKeys", "contains", "ab"), "Enter 3 to 200 characters."],
  ])("%o", (built, problem) => {
    expect(filterOf([built])).toEqual({ filter: {}, problems: new Map([[built.id, problem]]) });
  });

  test("a second condition on a field", () => {
    const second = condition("key1", "isNot", "b");
    const { filter, problems } = filterOf([condition("key1", "is", "a"), second]);
    expect(filter).toEqual({ key1: "a" });
    expect([...problems.keys()]).toEqual([second.id]);
  });
});

test("every comparable field is offered, with suitable operators", () => {
  const hidden = Object.keys(recordFields).filter((name) => !conditionFields.some((field) => field === name));
  expect(hidden).toEqual(["body", "precommitBody", "isEncrypted", "attachments"]);
  expect(operatorsOf("key1")).not.toContain("above");
  expect(operatorsOf("createdAt")).not.toContain("isUnset");
  expect(operatorsOf("expiresAt")).toContain("isUnset");
});
