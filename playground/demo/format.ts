const regionNames = new Intl.DisplayNames("en", { type: "region" });
const numbers = new Intl.NumberFormat("en");
const tenths = new Intl.NumberFormat("en", { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** The English name of a country: "Japan" for "jp". */
export function countryName(code: string): string {
  return regionNames.of(code.toUpperCase()) ?? code;
}

export function formatNumber(value: number | bigint): string {
  return numbers.format(value);
}

/** A size in kB, to a tenth. */
export function formatKilobytes(bytes: number): string {
  return tenths.format(bytes / 1000);
}
