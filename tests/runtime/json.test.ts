import { array, assert, bigInt, dictionary, double, integer, letrec, oneof, property, string } from "fast-check";
import { JsonLimitError, limits, parseJson, stringifyJson } from "incountry-storage/protocol";
import { describe, expect, it } from "vitest";

const int64 = bigInt({ min: limits.int64Min, max: limits.int64Max });
const exact = (value: bigint): number | bigint => (Number.isSafeInteger(Number(value)) ? Number(value) : value);

const boundaries: [text: string, value: number | bigint][] = [
  ["9223372036854775807", 9223372036854775807n],
  ["-9223372036854775808", -9223372036854775808n],
  ["9007199254740991", 9007199254740991],
  ["9007199254740992", 9007199254740992n],
  ["9007199254740993", 9007199254740993n],
  ["-9007199254740991", -9007199254740991],
  ["-9007199254740993", -9007199254740993n],
  ["0", 0],
];

describe("integers", () => {
  it.each(boundaries)("%s is parsed and serialized exactly", (text, value) => {
    expect(parseJson(`{"range_key1":${text}}`)).toStrictEqual({ range_key1: value });
    expect(stringifyJson({ range_key1: value })).toBe(`{"range_key1":${text}}`);
  });

  it("are exact over the whole 64-bit range, at any depth", () => {
    assert(
      property(array(int64), (values) => {
        const text = `{"meta":{"total":1},"data":[${values.map((value) => `{"range_key1":${value}}`).join()}]}`;
        const data = values.map((value) => ({ range_key1: exact(value) }));
        expect(parseJson(text)).toStrictEqual({ meta: { total: 1 }, data });
        expect(stringifyJson({ meta: { total: 1 }, data })).toBe(text);
      }),
    );
  });
});

const nested = (depth: number, open: string, close: string): string =>
  `${open.repeat(depth)}null${close.repeat(depth)}`;

describe("limits", () => {
  const beyond: [what: string, text: string][] = [
    ["lists nested deeper than 200 levels", nested(201, "[", "]")],
    ["objects nested deeper than 200 levels", nested(201, '{"a":', "}")],
    ["lists nested 1,000,000 deep", nested(1_000_000, "[", "]")],
    ["deeply nested, unclosed lists", "[".repeat(1_000_000)],
    ["an integer of more than 1,000 digits", `[${"9".repeat(1001)}]`],
    ["an integer of 10,000,000 digits", "9".repeat(10_000_000)],
    ["a fraction of more than 1,000 digits", `0.${"9".repeat(1001)}`],
    ["a megabyte of empty lists", `[${"[],".repeat(350_000)}[]]`],
    ["a megabyte of zeros", `[${"0,".repeat(500_000)}0]`],
  ];

  it.each(beyond)("reject %s before parsing", (_, text) => {
    expect(() => parseJson(text)).toThrow(JsonLimitError);
    expect(() => parseJson(text)).toThrow(SyntaxError);
  });

  const within: [what: string, text: string][] = [
    ["lists nested 200 deep", nested(200, "[", "]")],
    ["lists nested 200 deep next to a long integer", `[${nested(199, "[", "]")},9007199254740993]`],
    ["many lists next to each other", `[${Array.from({ length: 1000 }, () => nested(100, "[", "]")).join()}]`],
    ["an integer of 1,000 digits", "9".repeat(1000)],
    ["brackets, digits and commas in a string", JSON.stringify("[".repeat(1000) + "9,".repeat(500_000))],
    ["quotes and backslashes in a string", JSON.stringify('\\"['.repeat(100_000))],
    ["100,000 short values", `[${"0,".repeat(99_000)}0]`],
    ["a megabyte of values as long as those of records", `[${'"12345678",'.repeat(100_000)}0]`],
  ];

  it.each(within)("accept %s", (_, text) => {
    expect(stringifyJson(parseJson(text))).toBe(text);
  });
});

describe("everything else", () => {
  const { json } = letrec((tie) => ({
    json: oneof(
      { depthSize: "small" },
      string({ unit: "binary" }),
      integer(),
      double({ noNaN: true, noDefaultInfinity: true }).filter((number) => !Number.isInteger(number)),
      array(tie("json")),
      dictionary(string({ unit: "grapheme" }), tie("json"), { noNullPrototype: true }),
    ),
  }));

  it("is parsed as JSON.parse parses it, next to a 64-bit integer", () => {
    assert(
      property(json, int64, (value, large) => {
        const text = JSON.stringify(value);
        expect(parseJson(`[${text},${large}]`)).toStrictEqual([JSON.parse(text), exact(large)]);
      }),
    );
  });

  it("is serialized as JSON.stringify serializes it, next to a 64-bit integer", () => {
    assert(
      property(json, (value) => {
        expect(stringifyJson(value)).toBe(JSON.stringify(value));
        expect(stringifyJson([value, 2n ** 62n])).toBe(`[${JSON.stringify(value)},${2n ** 62n}]`);
      }),
    );
  });

  it("that looks like an integer inside a string remains a string", () => {
    const text = String.raw`{"key1":"9007199254740993","key2":"\"9007199254740993","9007199254740993":1.5}`;
    const value = { key1: "9007199254740993", key2: '"9007199254740993', "9007199254740993": 1.5 };
    expect(parseJson(text)).toStrictEqual(value);
  });

  it("named __proto__ is an ordinary property", () => {
    const value: unknown = parseJson('{"__proto__":{"isEncrypted":true},"range_key1":9007199254740993}');
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(stringifyJson(value)).toBe('{"__proto__":{"isEncrypted":true},"range_key1":9007199254740993}');
  });

  it.each(["", "{", "OK", "<html></html>", "[9007199254740993", "{'a': 9007199254740993}", "9007199254740993 1"])(
    "that is not JSON is rejected: %s",
    (text) => {
      expect(() => parseJson(text)).toThrow(SyntaxError);
    },
  );

  it.each([undefined, () => 1, Symbol("a")])("that has no JSON form is rejected: %s", (value) => {
    expect(() => stringifyJson(value)).toThrow(TypeError);
  });
});
