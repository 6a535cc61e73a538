import type { RecordInput } from "incountry-storage";

/** Sample people for the form. None of them exists. */
export const examples: readonly { readonly country: string; readonly record: RecordInput }[] = [
  {
    country: "de",
    record: {
      recordKey: "patient-2041",
      profileKey: "UTO LX20418",
      key1: "Brandt",
      key2: "Lena",
      rangeKey1: 19870412,
      body: '{"name": "Lena Brandt", "bloodGroup": "0−", "note": "Allergic to penicillin"}',
    },
  },
  {
    country: "jp",
    record: {
      recordKey: "patient-2042",
      profileKey: "UTO JK77120",
      key1: "森田",
      key2: "葵",
      rangeKey1: 19930927,
      body: '{"name": "森田葵", "bloodGroup": "A+", "note": "糖尿病1型"}',
    },
  },
  {
    country: "br",
    record: {
      recordKey: "patient-2043",
      profileKey: "UTO BR55031",
      key1: "Araújo",
      key2: "Joaquim",
      rangeKey1: 19610105,
      body: '{"name": "Joaquim Araújo", "bloodGroup": "B+", "note": "Marca-passo desde 2019"}',
    },
  },
  {
    country: "ge",
    record: {
      recordKey: "patient-2044",
      profileKey: "UTO GE10877",
      key1: "ბერიძე",
      key2: "ნინო",
      rangeKey1: 19791130,
      body: '{"name": "ნინო ბერიძე", "bloodGroup": "AB+", "note": "ასთმა"}',
    },
  },
];
