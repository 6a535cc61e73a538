/** Data for the generator, in the language and script of the country. */
export interface Country {
  /** Two letters of ISO 3166-1, lower case. */
  readonly code: string;
  readonly name: string;
  /** ISO 15924 code of the script of the names. */
  readonly script: string;
  /** Number of people to generate. */
  readonly population: number;
  /** Order of a full name; `familygiven` has no space. */
  readonly nameOrder: "given family" | "family given" | "familygiven";
  readonly givenNames: Forms;
  /** An empty name makes a person without a family name. */
  readonly familyNames: readonly string[] | Forms;
  readonly cities: readonly string[];
  readonly occupations: readonly string[] | Forms;
  /** Short confidential notes, mostly medical. */
  readonly notes: readonly string[];
  /**
   * A telephone number with `#` for random digits. Only numbers that are never assigned: those reserved for fiction, or
   * with the area code 000.
   */
  readonly phone: string;
}

/** Forms for women and men. */
export interface Forms {
  readonly female: readonly string[];
  readonly male: readonly string[];
}
